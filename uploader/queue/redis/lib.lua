-- What all scripts on jobs begin with. KEYS has the keys of a shard, then those of one job
-- or several, in the order of rediskeys.go. Everything is of one hash slot.

local SHARD_KEYS, JOB_KEYS = 9, 10
local READY, LATER, CALLBACKS = KEYS[1], KEYS[2], KEYS[3]
local RUNNING, OPEN, ENDED, GONE, GIVEN, STATS = KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]

local clock = redis.call('TIME')
local us = clock[1] * 1000000 + clock[2]
local ms = math.floor(us / 1000)

-- keysOf names the keys of the nth job, from 0.
local function keysOf(n)
  local b = SHARD_KEYS + n * JOB_KEYS
  return {
    job = KEYS[b + 1], items = KEYS[b + 2], states = KEYS[b + 3], results = KEYS[b + 4], held = KEYS[b + 5],
    waiting = KEYS[b + 6], leased = KEYS[b + 7], ids = KEYS[b + 8], nextJob = KEYS[b + 9], nextItems = KEYS[b + 10],
  }
end

local function count(name, by)
  if by ~= 0 then redis.call('HINCRBY', STATS, name, by) end
end

-- touch writes something where an answer is repeated, for WAIT is documented to speak of what its own
-- connection has written. (Redis 7.0 waits for all that was written before.)
local function touch()
  redis.call('HSET', STATS, 'touched', ms)
end

local function tell(job)
  redis.call('PUBLISH', 'lwq:job:' .. job, '')
end

-- nudge says that something of a class will be due after so many milliseconds.
local function nudge(class, after)
  redis.call('PUBLISH', 'lwq:nudge', string.format('%d %d', class, after))
end

-- An item that has been claimed has a state: a letter (w waiting, l leased, c completed, f failed,
-- x cancelled), the number of claims and the token of the last one. One that has not has none.
local function stateOf(k, index)
  local s = redis.call('HGET', k.states, index)
  if not s then return nil end
  return string.match(s, '^(%a):(%d+):(%d+)$')
end

local function setState(k, index, state, attempts, token)
  redis.call('HSET', k.states, index, state .. ':' .. attempts .. ':' .. token)
end

local function earliest(set)
  local head = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
  return tonumber(head[2])
end

-- place puts a job where takers find it, and must follow whatever changed what it has to do: into
-- READY by when it was last served, if an item is due; else into LATER by when the next one is; else nowhere.
local function place(k, job)
  local state, nextIndex, total = unpack(redis.call('HMGET', k.job, 'state', 'next', 'total'))
  local due, leaseEnd = earliest(k.waiting), earliest(k.leased)
  if due then redis.call('SADD', GIVEN, job) else redis.call('SREM', GIVEN, job) end
  if leaseEnd and (not due or leaseEnd < due) then due = leaseEnd end
  if state == 'running' and tonumber(nextIndex) < tonumber(total) or due and due <= ms then
    redis.call('ZADD', READY, 'NX', us, job)
    redis.call('ZREM', LATER, job)
    return
  end
  redis.call('ZREM', READY, job)
  if due then redis.call('ZADD', LATER, due, job) else redis.call('ZREM', LATER, job) end
end

-- follow makes the job that is to follow one that has ended: a single item that is due.
local function follow(k, job, work)
  local id = job .. '.then'
  redis.call('HSET', k.nextJob, 'id', id, 'class', 2, 'state', 'running', 'created', ms, 'total', 1, 'next', 0)
  redis.call('HSET', k.nextItems, 0, id .. '\n' .. work)
  redis.call('ZADD', CALLBACKS, us, id)
  redis.call('ZADD', RUNNING, ms, id)
  count('fresh', 1)
  tell(id)
  nudge(2, 0)
end

-- close ends a job whose last item has ended. It does nothing to others, nor to one that has ended.
local function close(k, job)
  local state, total, completed, failed, cancelled, work, ended = unpack(redis.call('HMGET', k.job,
    'state', 'total', 'completed', 'failed', 'cancelled', 'then', 'ended'))
  local done = (completed or 0) + (failed or 0) + (cancelled or 0)
  if not state or ended or state == 'open' or done < tonumber(total) then return end
  if state ~= 'cancelled' then
    state = 'completed'
    if done > 0 and not completed then state = 'failed' end
  end
  redis.call('HSET', k.job, 'state', state, 'ended', ms)
  redis.call('ZREM', RUNNING, job)
  redis.call('ZADD', ENDED, ms, job)
  if work then follow(k, job, work) end
end

local outcomes = {c = 'completed', f = 'failed', x = 'cancelled'}

-- settle ends a leased item. place and close must follow.
local function settle(k, index, state, attempts, token, result)
  setState(k, index, state, attempts, token)
  if result ~= '' then redis.call('HSET', k.results, index, result) end
  redis.call('ZREM', k.leased, index)
  redis.call('HDEL', k.held, token)
  redis.call('HINCRBY', k.job, outcomes[state], 1)
  count('leased', -1)
  if state == 'f' then count('failed', 1) end
end
