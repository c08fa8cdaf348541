-- Reads a stream. ARGV: channel, epoch, offset, most entries, most bytes of their payloads.
-- Returns: lost (1), epoch, offset of the last publication, offset before the first entry, entries. Where something is lost there
-- are none: the offset is the one to go on from.
local m = channel(ARGV[1])
local after = tonumber(ARGV[3])
local lost = 0
if ARGV[2] ~= m.epoch then
  lost = 1
  after = m.first - 1
elseif after > m.top or after < 0 or (after < m.top and after + 1 < m.first) then
  lost = 1
  after = m.top
end
local entries = {}
if lost == 0 and after < m.top then
  local bytes = 0
  local from = after + 1 - m.first
  for _, entry in ipairs(call('LRANGE', P .. 'd:' .. m.ch, from, from + ARGV[4] - 1)) do
    bytes = bytes + #entry - string.find(entry, '\n', 1, true)
    if #entries > 0 and bytes > tonumber(ARGV[5]) then
      break
    end
    entries[#entries + 1] = entry
  end
end
local result = {lost, m.epoch, m.top, after, entries}
if not has_sessions(m.ch) then
  settle(m)
end
return result
