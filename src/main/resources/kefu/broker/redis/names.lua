-- The groups or the agents that have a session, by their names. ARGV: groups or agents, the name before the first, most.
return call('ZRANGEBYLEX', P .. ARGV[1], '(' .. ARGV[2], '+', 'LIMIT', 0, ARGV[3])
