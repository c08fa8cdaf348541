package kefu.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A browser of one engine, with one page in it. */
interface Engine extends AutoCloseable {
    void open(String url);

    /** As by the key F5. */
    void reload();

    /** As an agent does, who sees the element. */
    void click(String selector);

    /** Types into a field that is empty. */
    void type(String selector, String text);

    /** The value of an expression of JavaScript, awaited if it is a promise, as JSON; "null" where there is none. */
    String evaluate(String expression);

    void picture(Path file) throws IOException;

    /** What the page complained about since the last time, but for lines that were lost. */
    List<String> takeErrors();

    @Override
    void close();
}
