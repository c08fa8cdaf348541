-- Puts a session into a channel besides its own, or takes it out. ARGV: client, channel, most ('': takes it out), incarnation.
-- Returns: done (1), record; nothing where there is no such session.
local s = session(ARGV[1])
if not s then
  return {}
end
local ch = ARGV[2]
local own = ch == 'all' or ch == 'c:' .. s.client or ch == 'u:' .. s.uid or ch == 'g:' .. s.group
local others = P .. 'j:' .. s.client
local is_in = call('SISMEMBER', others, ch) == 1
local enters = ARGV[3] ~= ''
local done = 1
if enters and not own and not is_in then
  if call('SCARD', others) < tonumber(ARGV[3]) then
    call('SADD', others, ch)
    add(s, ch)
  else
    done = 0
  end
elseif not enters and is_in then
  call('SREM', others, ch)
  remove(s, ch)
elseif not enters then
  done = 0
end
if done == 1 and not own and enters ~= is_in then
  s.revision = s.revision + 1
  call('HSET', P .. 's:' .. s.client, 'r', s.revision)
  tell_owner(s, ARGV[4], '')
end
return {done, record(s)}
