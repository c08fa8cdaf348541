-- Forgets what is older than its time. ARGV: most channels to look at. Returns how many were looked at.
local due = call('ZRANGEBYSCORE', P .. 'times', '-inf', '(' .. NOW, 'LIMIT', 0, ARGV[1])
for _, ch in ipairs(due) do
  local m = stored(ch)
  if NOW - m.said > RETENTION then
    clear(m)
    save(m)
  end
  if has_sessions(ch) then
    if m.bytes == 0 then
      call('ZREM', P .. 'times', ch)
    else
      call('ZADD', P .. 'times', m.said + RETENTION, ch)
    end
  elseif NOW - m.said > RETENTION and NOW - m.left > RETENTION then
    forget(m)
  else
    call('ZADD', P .. 'times', math.max(m.said, m.left) + RETENTION, ch)
  end
end
return {#due}
