package kefu.lifecycle;

import java.io.IOException;
import java.nio.file.Path;

/** What one deployment leaves to the next one: a file in the directory in which they meet. */
public interface Handover {
    /** Hands nothing over. */
    Handover NOTHING = new Handover() {
        @Override
        public Path write(Path directory) {
            return directory.resolve("nothing");
        }

        @Override
        public void read(Path directory) {}
    };

    /**
     * Writes the file. Called once the service is sealed.
     *
     * @return the file. The next deployment deletes it when it has read it
     */
    Path write(Path directory) throws IOException;

    /** Goes on with what is in the file, where there is one, and deletes it. Called before the deployment opens. */
    void read(Path directory) throws IOException;
}
