-- Undoes a takeback whose node was not told of it. ARGV: group, agent, the login's connection, milliseconds to come back.
for _, client in ipairs(call('ZRANGE', P .. 'c:u:' .. ARGV[2], 0, -1)) do
  local s = session(client)
  if s.group == ARGV[1] and s.connected == '1' and call('HGET', P .. 's:' .. client, 'b') == ARGV[3] then
    detach(s, tonumber(ARGV[4]))
    save_session(s)
  end
end
return {}
