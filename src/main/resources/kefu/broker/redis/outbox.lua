-- Gives the changes of presence that wait for the watcher to one node at a time, the relay. ARGV: incarnation, version of the last
-- change that it has (0: none), most changes, the versions of those that the watcher is done with.
-- Returns: whether the node is the relay (1; 2: from now on, whatever it has), the changes behind that version.
for i = 4, #ARGV do
  for _, change in ipairs(call('ZRANGEBYSCORE', P .. 'outbox', ARGV[i], ARGV[i])) do
    drop_change(change)
  end
end
local nodes = P .. 'nodes'
if not call('ZSCORE', nodes, ARGV[1]) then
  return {0, {}}
end
local relay = call('GET', P .. 'relay')
local own = ARGV[1] .. ' ' .. run() -- behind another run of the server the node begins anew: changes may be lost
local is_relay, last = 1, ARGV[2]
if relay ~= own then
  local other = string.match(relay or '', '^%S+')
  if other and other ~= ARGV[1] and call('ZSCORE', nodes, other) then -- nobody has given it up
    return {0, {}}
  end
  call('SET', P .. 'relay', own)
  is_relay = 2
end
local dropped = call('GET', P .. 'outbox-dropped')
if dropped and tonumber(dropped) > tonumber(last) then
  is_relay = 2
end
if is_relay == 2 then
  call('DEL', P .. 'outbox-dropped')
  last = '0'
end
return {is_relay, call('ZRANGEBYSCORE', P .. 'outbox', '(' .. last, '+inf', 'LIMIT', 0, ARGV[3])}
