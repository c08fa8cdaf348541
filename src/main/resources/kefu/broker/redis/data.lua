-- Replaces what is kept with a session. ARGV: client, the new data, what must be there now (missing: anything).
-- Returns: replaced (1), what is kept now; nothing where there is no such session.
local key = P .. 's:' .. ARGV[1]
local now = call('HGET', key, 'd')
if not now then
  return {}
end
if ARGV[3] and ARGV[3] ~= now then
  return {0, now}
end
call('HSET', key, 'd', ARGV[2])
return {1, ARGV[2]}
