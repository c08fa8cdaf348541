package kefu.protocol;

/** The gateway's own error codes. They are text on the wire; a number there is the backend's HTTP status, or 0. */
public enum ErrorCode {
    NO_METHOD("10001", "缺少method参数"),
    BAD_LOGIN("10002", "登录失败，参数不正确"),
    BAD_METHOD("10003", "method参数不正确"),
    LOGIN_REQUIRED("10004", "请先登录"),
    CANNOT_RESUME("10005", "会话已失效，请重新登录"),
    NOT_ALLOWED("10006", "没有权限"),
    TOO_MANY_REQUESTS("10007", "请求过于频繁"),
    BUSY("10008", "系统繁忙，请稍后再试"),
    NOT_ONLINE("10009", "对方不在线"),
    BAD_ID("10010", "id不正确"),
    OUTCOME_UNKNOWN("10011", "结果未知"),
    BAD_ARGUMENT("10012", "参数不正确");

    private final String code;
    private final String message;

    ErrorCode(String code, String message) {
        this.code = code;
        this.message = message;
    }

    public String code() {
        return code;
    }

    /** The text for people. */
    public String message() {
        return message;
    }
}
