-- A session is about to enter a channel. ARGV: channel. Returns: epoch, offset.
local m = channel(ARGV[1])
m.entered = '1'
if not has_sessions(m.ch) then
  m.expects = '1'
  m.left = NOW
  call('ZADD', P .. 'times', NOW + RETENTION, m.ch)
end
save(m)
settle(m)
return {m.epoch, m.top}
