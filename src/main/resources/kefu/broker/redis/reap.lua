-- Detaches sessions of a node whose lease has ended, and ends those of v1 whose agents have logged in again elsewhere. ARGV:
-- incarnation, milliseconds to come back, most sessions, whatever its lease (1). Returns how many there were.
local till = call('ZSCORE', P .. 'nodes', ARGV[1])
if ARGV[4] ~= '1' and till and tonumber(till) >= NOW then
  return {0}
end
call('ZREM', P .. 'nodes', ARGV[1])
local sign = ARGV[4] ~= '1' and tonumber(call('HGET', P .. 'signs', ARGV[1])) or math.huge
local taken = {}

-- The session of v1 with which the agent of one has logged in again since the node's last sign of life.
local function successor(s)
  for _, client in ipairs(call('ZRANGE', P .. 'c:u:' .. s.uid, 0, -1)) do
    local t = session(client)
    if t.group == s.group and t.uid == s.uid and t.version == 'V1' and t.connected == '1' and t.name == s.name
      and t.owner ~= ARGV[1] and tonumber(t.place) > sign and not taken[client] then
      return client
    end
  end
end

local clients = call('SPOP', P .. 'n:' .. ARGV[1], ARGV[3])
for _, client in ipairs(clients) do
  local s = session(client)
  local again = s and s.owner == ARGV[1] and s.connected == '1' and s.version == 'V1' and successor(s)
  if again then
    taken[again] = true
    detach(s, 0)
    save_session(s)
    call('SADD', P .. 'replaced', client)
  elseif s and s.owner == ARGV[1] and s.connected == '1' then
    detach(s, tonumber(ARGV[2]))
    save_session(s)
  end
end
if #clients == tonumber(ARGV[3]) then
  call('ZADD', P .. 'nodes', 0, ARGV[1]) -- the rest follows: by this caller, or by another if it dies
else
  call('HDEL', P .. 'signs', ARGV[1])
end
return {#clients}
