import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.tools.api.RecordReader;

/**
 * Lets Kafka's own console producer publish events to the hub: JSON lines on stdin.
 *
 * <pre>
 * javac -cp "kafka/libs/*:avro.jar" EventReader.java
 * export CLASSPATH=.:avro.jar
 * kafka/bin/kafka-console-producer.sh --bootstrap-server kafka-1.example:9093 \
 *     --producer.config client.properties --topic incident.warwickshire-fire \
 *     --line-reader EventReader --property schemas=schemas/avro --sync < events.jsonl
 * </pre>
 */
public class EventReader implements RecordReader {
    private static final Set<String> TOUCHING = Set.of("event.correction.v1", "event.withdrawal.v1");
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Schema> known = new HashMap<>();
    private String topic;
    private Path schemas;

    @Override
    public void configure(Map<String, ?> config) {
        topic = config.get("topic").toString();
        schemas = Path.of(config.get("schemas").toString());
    }

    @Override
    public Iterator<ProducerRecord<byte[], byte[]>> readRecords(InputStream input) {
        return new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))
                .lines().filter(line -> !line.isBlank()).map(this::message).iterator();
    }

    private ProducerRecord<byte[], byte[]> message(String line) {
        try {
            JsonNode event = json.readTree(line);
            String type = event.get("type").asText();
            JsonNode about = TOUCHING.contains(type) ? event.get("data") : event;
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    topic, bytes(about.get("id").asText()), value(type, event.get("data")));
            for (String name : new String[] {"specversion", "id", "source", "type", "time"}) {
                record.headers().add("ce_" + name, bytes(event.get(name).asText()));
            }
            record.headers().add("content-type", bytes("avro/single-object"));
            return record;
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** The record in Avro's single-object encoding, which Avro calls its binary message. */
    private byte[] value(String type, JsonNode data) throws IOException {
        Schema schema = known.get(type);
        if (schema == null) {
            String[] parts = type.split("\\.", 2);
            Path file = schemas.resolve(parts[0]).resolve(parts[1] + ".avsc");
            schema = new Schema.Parser().parse(file.toFile());
            known.put(type, schema);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new BinaryMessageEncoder<>(GenericData.get(), schema).encode(avro(schema, data), out);
        return out.toByteArray();
    }

    private Object avro(Schema schema, JsonNode node) {
        switch (schema.getType()) {
            case UNION:
                boolean none = node == null || node.isNull();
                return none ? null : avro(schema.getTypes().stream()
                        .filter(one -> one.getType() != Schema.Type.NULL).findFirst().get(), node);
            case RECORD:
                GenericData.Record record = new GenericData.Record(schema);
                for (Schema.Field field : schema.getFields()) {
                    record.put(field.pos(), avro(field.schema(), node.get(field.name())));
                }
                return record;
            case ARRAY:
                return StreamSupport.stream(node.spliterator(), false)
                        .map(item -> avro(schema.getElementType(), item)).toList();
            case INT:
                return node.asInt();
            case LONG:
                return node.asLong();
            default:
                return node.asText();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
