-- A session's record. ARGV: client ('': by its ticket), group, hash of the ticket. Returns: see record(); nothing where there is none.
local client = ARGV[1]
if client == '' then
  client = call('GET', P .. 'h:' .. ARGV[3])
end
local s = client and session(client)
if not s or (ARGV[1] == '' and s.group ~= ARGV[2]) then
  return {}
end
return record(s)
