package kefu.broker;

import java.util.List;
import java.util.OptionalLong;

/**
 * All sessions at one moment: another presence goes on with them.
 *
 * @param sessions those of each group in the order of joining
 * @param version of the last change that the watcher was told
 */
public record PresenceSnapshot(List<Session> sessions, long version) {

    /**
     * One session.
     *
     * @param graceLeftMillis how long it may still come back; empty where it had a connection, or where it has waited since an
     *     earlier stop: then it has the whole time
     * @param onlineVersion the version of the change by which its agent came into the group
     */
    public record Session(SessionRecord record, OptionalLong graceLeftMillis, long onlineVersion) {}
}
