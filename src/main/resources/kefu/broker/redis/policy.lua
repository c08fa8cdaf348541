-- What Redis does when its memory is full. Returns its maxmemory-policy.
return {string.match(call('INFO', 'memory'), 'maxmemory_policy:([%w-]+)') or ''}
