-- Publishes. ARGV: channel, cost, entry, id ('': none), only if heard (1), group of the audience ('': any), not v1
-- (1), number of clients that are excluded, these clients, the agents that are excluded.
-- Returns: sessions that hear it and have a connection, kept (1), epoch, offset.
local known = ARGV[4] ~= '' and P .. 'i:' .. ARGV[4]
if known then
  local till, delivered, kept, top, epoch = string.match(call('GET', known) or '', '^(%d+) (%d+) (%d) (%d+) (.*)$')
  if till and NOW <= tonumber(till) then
    return {tonumber(delivered), tonumber(kept), epoch, tonumber(top)}
  end
end
local ch = ARGV[1]
local m = channel(ch)
local members = P .. 'c:' .. ch
local excluded = {}
local clients = tonumber(ARGV[8])
for i = 9, 8 + clients do
  excluded[ARGV[i]] = true
end
for i = 9 + clients, #ARGV do
  for _, client in ipairs(call('ZRANGE', P .. 'c:u:' .. ARGV[i], 0, -1)) do
    if call('HGET', P .. 's:' .. client, 'u') == ARGV[i] then
      excluded[client] = true
    end
  end
end
local heard, connected = 0, 0
if ARGV[6] == '' and ARGV[7] == '0' then
  heard = call('ZCARD', members)
  connected = tonumber(call('HGET', P .. 'm:' .. ch, 'n') or 0)
  for client in pairs(excluded) do
    if call('ZSCORE', members, client) then
      heard = heard - 1
      connected = connected - call('HGET', P .. 's:' .. client, 'c')
    end
  end
else
  for _, client in ipairs(call('ZRANGE', members, 0, -1)) do
    local s = call('HMGET', P .. 's:' .. client, 'g', 'c', 'v')
    if (ARGV[6] == '' or s[1] == ARGV[6]) and (ARGV[7] == '0' or s[3] ~= 'V1') and not excluded[client] then
      heard = heard + 1
      connected = connected + s[2]
    end
  end
end
local kept = 0
if heard > 0 or ARGV[5] == '0' then
  kept = append(m, tonumber(ARGV[2]), ARGV[3]) and 1 or 0
  if known then
    call('SET', known, (NOW + ID_TIME) .. ' ' .. connected .. ' ' .. kept .. ' ' .. m.top .. ' ' .. m.epoch, 'PX', ID_TIME)
  end
end
local result = {connected, kept, m.epoch, m.top}
if not has_sessions(ch) then
  settle(m)
end
return result
