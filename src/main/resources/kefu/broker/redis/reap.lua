-- Detaches sessions of a node whose lease has ended. ARGV: incarnation, milliseconds to come back, most sessions, whatever its
-- lease (1). Returns how many there were.
local till = call('ZSCORE', P .. 'nodes', ARGV[1])
if ARGV[4] ~= '1' and till and tonumber(till) >= NOW then
  return {0}
end
call('ZREM', P .. 'nodes', ARGV[1])
local clients = call('SPOP', P .. 'n:' .. ARGV[1], ARGV[3])
for _, client in ipairs(clients) do
  local s = session(client)
  if s and s.owner == ARGV[1] and s.connected == '1' then
    detach(s, tonumber(ARGV[2]))
    save_session(s)
  end
end
if #clients == tonumber(ARGV[3]) then
  call('ZADD', P .. 'nodes', 0, ARGV[1]) -- the rest follows: by this caller, or by another if it dies
end
return {#clients}
