-- Renews a node's lease. ARGV: incarnation, milliseconds, first time (1). A node that was reaped has no lease to renew; one that
-- nobody has reaped goes on, however late it comes.
-- Returns: renewed (1), other nodes whose lease has ended, how many nodes there are.
local nodes = P .. 'nodes'
local renewed = (ARGV[3] == '1' or call('ZSCORE', nodes, ARGV[1])) and 1 or 0
if renewed == 1 then
  call('ZADD', nodes, NOW + ARGV[2], ARGV[1])
  call('HSET', P .. 'signs', ARGV[1], call('GET', P .. 'seq') or 0) -- what joins from now on has a higher place
end
return {renewed, call('ZRANGEBYSCORE', nodes, '-inf', '(' .. NOW), call('ZCOUNT', nodes, NOW, '+inf')}
