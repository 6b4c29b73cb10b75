package backcopy.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** JSON read strictly: a name that stands twice, or anything after the end, is an error. */
public final class StrictJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /**
     * The object that the bytes hold.
     *
     * @param what named in the error, such as {@code its header}
     */
    public static JsonNode object(byte[] bytes, String what) throws Damage {
        try {
            JsonNode node = MAPPER.readTree(bytes);
            if (node.isObject()) return node;
        } catch (IOException e) {
            throw new Damage(what + " is not JSON" + where(e));
        }
        throw new Damage(what + " is not a JSON object");
    }

    /** What went wrong in reading and where, in one line. */
    public static String where(IOException e) {
        if (!(e instanceof JsonProcessingException json)) return ": " + e.getMessage();
        String place = json.getLocation() == null
                ? ""
                : " (line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr() + ")";
        return place + ": " + json.getOriginalMessage().lines().findFirst().orElse("");
    }
}
