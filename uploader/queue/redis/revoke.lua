-- Keeps a job from being completed under a reservation. KEYS after the job's: where that is written.
-- ARGV: token, life of this word (ms). Answers 1, or 0 for a job that is complete already.
local state = redis.call('HGET', keysOf(0).job, 'state')
if state and state ~= 'open' and state ~= 'gone' then return 0 end
redis.call('SET', KEYS[SHARD_KEYS + JOB_KEYS + 1], ARGV[1], 'PX', ARGV[2])
return 1
