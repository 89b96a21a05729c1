// A real OpenID provider for the tests. Arguments: its port, the address that it sends people back
// to, and "token" where the ID token itself is to carry all claims.
import Provider from "oidc-provider";

const [port, back, where] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const groups = {
  "a.chair": ["ciog-east-chairs", "everybody"],
  "a.dpo": ["hospital-dpos"],
  "a.double": ["ciog-east-chairs", "hospital-dpos"],
  "a.stranger": ["everybody"],
};
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "hub",
      client_secret: "a secret of the tests alone, long enough",
      redirect_uris: [back],
      post_logout_redirect_uris: [new URL("/sign-in", back).href],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], profile: ["name", "groups"] },
  conformIdTokenClaims: where !== "token",
  cookies: { keys: ["for tests"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `Name of ${id}`, groups: groups[id] ?? [] }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
