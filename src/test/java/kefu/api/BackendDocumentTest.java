package kefu.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kefu.gateway.TestGateway;
import org.junit.jupiter.api.Test;

/** {@code docs/backend.md} has a call for each function of the original, and every call in it exists. */
class BackendDocumentTest {
    private static final String FUNCTIONS = "sendToAll sendToClient sendToCurrentClient sendToUid sendToGroup isOnline"
            + " isUidOnline isUidsOnline closeClient closeCurrentClient destoryClient destoryCurrentClient bindUid"
            + " unbindUid joinGroup leaveGroup ungroup getSession setSession updateSession setSocketSession"
            + " getAllClientIdCount getAllClientCount getClientIdCountByGroup getClientCountByGroup getUidCountByGroup"
            + " getAllUidCount getAllGroupUidCount getAllGroupClientIdCount batchGetClientIdCountByGroup"
            + " getAllClientIdList getClientIdListByGroup getClientIdByUid batchGetClientIdByUid getUidByClientId"
            + " getUidListByGroup getAllUidList getAllGroupIdList getAllGroupUidList getAllGroupClientIdList"
            + " getAllClientSessions getClientSessionsByGroup getAllClientInfo getClientInfoByGroup closeUid"
            + " setBusinessWorker";

    private final List<String> rows;

    BackendDocumentTest() throws Exception {
        rows = Files.readAllLines(Path.of("docs/backend.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
    }

    @Test
    void hasEveryFunctionOfTheOriginalOnce() {
        List<String> named = rows.stream()
                .flatMap(row -> Pattern.compile("`(\\w+)`")
                        .matcher(row.split("\\|")[1])
                        .results()
                        .map(found -> found.group(1)))
                .sorted()
                .toList();
        assertEquals(Set.of(FUNCTIONS.split(" ")).stream().sorted().toList(), named);
    }

    @Test
    void everyCallInTheTableExistsAndEveryCallIsInTheTable() {
        Set<String> named = rows.stream()
                .flatMap(row ->
                        Pattern.compile("`([A-Z]+ /api/\\w+)").matcher(row).results())
                .map(found -> found.group(1).replace("/api", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        try (TestGateway gateway = new TestGateway()) {
            Set<String> coded = Routes.of(gateway.broker, gateway.presence, gateway.commands, () -> {}).stream()
                    .map(route -> route.verb() + " " + route.path())
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(coded, named);
            assertTrue(!coded.isEmpty());
        }
    }
}
