-- Answers: items without an attempt, items given back, items leased, items failed, the age of the oldest job
-- that has not ended (ms), and the jobs that have items given back.
local c = redis.call('HMGET', STATS, 'fresh', 'given', 'leased', 'failed')
local oldest = earliest(RUNNING)
return {tonumber(c[1] or 0), tonumber(c[2] or 0), tonumber(c[3] or 0), tonumber(c[4] or 0),
  oldest and ms - oldest or 0, redis.call('SMEMBERS', GIVEN), ms}
