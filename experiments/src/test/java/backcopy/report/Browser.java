package backcopy.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A page in headless Chromium, moved by the keys and the mouse of its DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECONDS = 60;

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private int questions;

    private Browser(Process process, URI page) {
        this.process = process;
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(page, new Listener())
                .join();
    }

    /** The program, if this machine has one. */
    static Optional<Path> chromium() {
        return Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param directory for the browser's own files */
    static Browser open(Path program, Path directory) throws Exception {
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--force-color-profile=srgb",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + directory,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Browser browser = new Browser(process, page(process, directory.resolve("DevToolsActivePort")));
            for (String domain : List.of("Page", "Runtime", "Network")) browser.ask(domain + ".enable");
            return browser;
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** The address of the page's protocol: Chromium writes its port into a file when it is ready. */
    private static URI page(Process process, Path portFile) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < deadline && process.isAlive()) {
            List<String> lines = Files.exists(portFile) ? Files.readAllLines(portFile) : List.of();
            if (lines.size() > 1) {
                URI list = URI.create("http://127.0.0.1:" + lines.get(0) + "/json/list");
                String targets = HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString())
                        .body();
                for (JsonNode target : JSON.readTree(targets))
                    if (target.path("type").asText().equals("page"))
                        return URI.create(target.get("webSocketDebuggerUrl").asText());
            }
            Thread.sleep(50);
        }
        throw new IOException("Chromium did not come up");
    }

    /** Opens a file in a window of this size. */
    void visit(Path file, int width, int height, boolean dark) throws Exception {
        ask(
                "Emulation.setDeviceMetricsOverride",
                "width",
                width,
                "height",
                height,
                "deviceScaleFactor",
                1,
                "mobile",
                false);
        ask(
                "Emulation.setEmulatedMedia",
                "features",
                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light")));
        ask("Page.navigate", "url", file.toUri().toString());
        await("document.readyState === 'complete' && location.protocol === 'file:'");
        settle();
    }

    /** Until two frames have been painted: sizes and canvases are up to date. */
    void settle() throws Exception {
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
    }

    void await(String condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!evaluate(condition).asBoolean()) {
            if (System.nanoTime() > deadline) throw new IOException("it never came to " + condition);
            Thread.sleep(20);
        }
    }

    /** The value of a JavaScript expression. */
    JsonNode evaluate(String expression) throws Exception {
        JsonNode answer =
                ask("Runtime.evaluate", "expression", expression, "returnByValue", true, "awaitPromise", true);
        if (answer.has("exceptionDetails")) throw new IOException(expression + ": " + answer);
        return answer.path("result").path("value");
    }

    /** Presses and releases a key such as {@code Home} where the focus is. */
    void press(String key, int code) throws Exception {
        for (String type : List.of("rawKeyDown", "keyUp"))
            ask("Input.dispatchKeyEvent", "type", type, "key", key, "code", key, "windowsVirtualKeyCode", code);
        settle();
    }

    /** Drags from one point of the window to another. */
    void drag(double fromX, double fromY, double toX, double toY) throws Exception {
        mouse("mouseMoved", fromX, fromY);
        mouse("mousePressed", fromX, fromY);
        for (int i = 1; i <= 5; i++) mouse("mouseMoved", fromX + i * (toX - fromX) / 5, fromY + i * (toY - fromY) / 5);
        mouse("mouseReleased", toX, toY);
        settle();
    }

    private void mouse(String type, double x, double y) throws Exception {
        ask("Input.dispatchMouseEvent", "type", type, "x", x, "y", y, "button", "left", "buttons", 1, "clickCount", 1);
    }

    /** The whole page as PNG. */
    byte[] screenshot() throws Exception {
        JsonNode answer = ask("Page.captureScreenshot", "captureBeyondViewport", true);
        return Base64.getDecoder().decode(answer.get("data").asText());
    }

    /** What scripts threw so far. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    /** What was loaded so far. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** @param parameters names and values in turn */
    private JsonNode ask(String method, Object... parameters) throws Exception {
        ObjectNode question = JSON.createObjectNode();
        int id = ++questions;
        question.put("id", id).put("method", method);
        ObjectNode given = question.putObject("params");
        for (int i = 0; i < parameters.length; i += 2)
            given.set((String) parameters[i], JSON.valueToTree(parameters[i + 1]));
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(question.toString(), true).join();
        JsonNode message = answer.get(SECONDS, TimeUnit.SECONDS);
        if (message.has("error")) throw new IOException(method + ": " + message.get("error"));
        return message.path("result");
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                take(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        private void take(String message) {
            try {
                JsonNode node = JSON.readTree(message);
                if (node.has("id")) answers.remove(node.get("id").asInt()).complete(node);
                String method = node.path("method").asText();
                if (method.equals("Runtime.exceptionThrown")) errors.add(message);
                if (method.equals("Network.requestWillBeSent"))
                    requests.add(node.at("/params/request/url").asText());
            } catch (IOException e) {
                errors.add(e.toString());
            }
        }
    }
}
