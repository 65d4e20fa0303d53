-- Removes a job that is gone. ARGV: job.
local k = keysOf(0)
if redis.call('HGET', k.job, 'state') ~= 'gone' then return 0 end
redis.call('UNLINK', k.job, k.items, k.states, k.results, k.held, k.waiting, k.leased, k.ids)
redis.call('ZREM', GONE, ARGV[1])
return 1
