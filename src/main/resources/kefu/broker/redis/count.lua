-- How many there are. ARGV: the key of a sorted set, behind the beginning of every key.
return {call('ZCARD', P .. ARGV[1])}
