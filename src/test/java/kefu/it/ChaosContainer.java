package kefu.it;

import java.nio.file.Path;
import kefu.chaos.Chaos;

/** A container as {@link ChaosIT} uses it: applications are deployed and redeployed as ops do it. */
interface ChaosContainer extends AutoCloseable {
    /** Deploys an application, or begins to. */
    void deploy(String name, Path war) throws Exception;

    /** Puts an application in the place of the one before, in the container's commonest way. */
    void redeploy(String name, Path war) throws Exception;

    /** Redeploys {@code chat} by each way that the container has. Their names begin with "in place,", "parallel,"
     * or "rollback,". */
    void redeployByEachWay(Chaos chaos, Path war) throws Exception;

    String pid();

    /** What the container and the gateway log. */
    Path log();

    int port();
}
