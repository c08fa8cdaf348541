-- The sessions whose grace has ended. ARGV: most of them. Returns members.
local due = {}
for _, client in ipairs(call('ZRANGEBYSCORE', P .. 'grace', '-inf', NOW, 'LIMIT', 0, ARGV[1])) do
  local s = session(client)
  if s then
    due[#due + 1] = shown(s)
  else
    call('ZREM', P .. 'grace', client)
  end
end
return due
