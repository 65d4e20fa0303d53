-- Lets no more batches into a job that has been open for so long without one. ARGV: job, how long (ms).
-- Answers 1, or 0 where it has not.
local k = keysOf(0)
local touched = redis.call('ZSCORE', OPEN, ARGV[1])
if not touched or tonumber(touched) > ms - ARGV[2] then return 0 end
redis.call('HSET', k.job, 'abandoned', 1)
return 1
