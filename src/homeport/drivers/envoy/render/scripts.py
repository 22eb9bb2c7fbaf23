"""The few lines of Lua for what Envoy cannot do otherwise: ELB's trace ids, and its rules for cookies and headers.

A script runs for every request of the routes that it is given to, so each does no more than it must.
"""

from homeport.drivers.envoy.render.place import Fields, extension, typed

FILTER = "envoy.filters.http.lua"

TRACE = """
local format, time = string.format, os.time
local random = assert(io.open("/dev/urandom", "rb"))
local own = ""
for at = 1, 8 do own = own .. format("%02x", random:read(1):byte()) end
random:close()
local second, prefix, count = 0, "", 0
local function trace_id()
  local now = time()
  if now ~= second then second, prefix = now, format("1-%08x-%s", now, own) end
  count = (count + 1) % 4294967296
  return prefix .. format("%08x", count)
end
local function trace(headers)
  local given = headers:get("x-amzn-trace-id")
  if not given then
    headers:add("x-amzn-trace-id", "Root=" .. trace_id())
  elseif given:find("Root=", 1, true) then
    headers:replace("x-amzn-trace-id", "Self=" .. trace_id() .. ";" .. given:gsub("Self=[^;]*;?", ""))
  else
    headers:replace("x-amzn-trace-id", "Root=" .. trace_id() .. ";" .. given)
  end
end
"""
"""A trace id of ELB's: the time, and 24 digits that are nobody else's: 16 of this worker, and a count.

With a Root in the request the balancer adds itself (AWS, "Request tracing for your Application Load Balancer").
"""

STRICT = """
local function strict(headers)
  local bad = {}
  for name in pairs(headers) do
    if name:find("[^%w-]") and name:sub(1, 1) ~= ":" then bad[#bad + 1] = name end
  end
  for _, name in ipairs(bad) do headers:remove(name) end
end
"""

COOKIES = """
local function cookies(handle)
  local found = {}
  for name, value in (handle:headers():get("cookie") or ""):gmatch("([^=;%s]+)=([^;]*)") do found[name] = value end
  return found
end
local function remember(handle, key, value)
  handle:streamInfo():dynamicMetadata():set("homeport", key, value)
end
local function recall(handle, key)
  return (handle:streamInfo():dynamicMetadata():get("homeport") or {})[key]
end
local function fresh(headers, cookie)
  local prefix = cookie .. "="
  local at = headers:getNumValues("set-cookie") - 1
  for index = 0, at do
    local value = headers:getAtIndex("set-cookie", index)
    if value:sub(1, #prefix) == prefix then return value:match('="?([^";]*)'), index end
  end
end
local function without(headers, dropped)
  local kept = {}
  for index = 0, headers:getNumValues("set-cookie") - 1 do
    if index ~= dropped then kept[#kept + 1] = headers:getAtIndex("set-cookie", index) end
  end
  headers:remove("set-cookie")
  for _, value in ipairs(kept) do headers:add("set-cookie", value) end
end
"""

BALANCER_COOKIE = """
local duration = %d
local function ask(handle)
  local found = cookies(handle)
  if not found.AWSALB and found.AWSALBCORS then
    found.AWSALB = found.AWSALBCORS
    handle:headers():replace("cookie", handle:headers():get("cookie") .. "; AWSALB=" .. found.AWSALB)
  end
  remember(handle, "stays", found.AWSALB)
end
local function answer(handle)
  local headers = handle:headers()
  local value, index = fresh(headers, "AWSALB")
  if index then without(headers, index) end
  value = value or recall(handle, "stays")
  if not value then return end
  local ends = os.date("!%%a, %%d %%b %%Y %%H:%%M:%%S GMT", os.time() + duration)
  local rest = value .. "; Expires=" .. ends .. "; Path=/"
  headers:add("set-cookie", "AWSALB=" .. rest)
  headers:add("set-cookie", "AWSALBCORS=" .. rest .. "; SameSite=None%s")
end
"""
"""Every answer carries the cookie anew, and once more for requests from other sites (AWS, "Sticky sessions")."""

APPLICATION_COOKIE = """
local cookie = %s
local function ask(handle) end
local function answer(handle)
  local headers = handle:headers()
  local _, own = fresh(headers, "AWSALBAPP-0")
  if own and not fresh(headers, cookie) then without(headers, own) end
end
"""
"""The balancer's cookie follows the application's: without that one being set, it is not given."""

NO_SLASH = "#{}"
LOCATION = """
function envoy_on_response(handle)
  local headers = handle:headers()
  headers:replace("location", (headers:get("location"):gsub("#{}/?", "")))
end
"""
"""Takes the slash off a path that a redirect's template puts elsewhere than after one."""

REQUEST = "function envoy_on_request(handle)\n{}\nend\n"
RESPONSE = "function envoy_on_response(handle)\n  answer(handle)\nend\n"


def script(sticky: str = "", *, is_strict: bool = False) -> str:
    """What happens to a request, and to its answer when `sticky` (which has `ask` and `answer`) wants to see it."""
    steps = ["  local headers = handle:headers()"]
    if is_strict:
        steps.append("  strict(headers)")
    steps.append("  trace(headers)")
    if sticky:
        steps.append("  ask(handle)")
    parts = (TRACE, STRICT if is_strict else "", COOKIES + sticky if sticky else "")
    return "".join(parts) + REQUEST.format("\n".join(steps)) + (RESPONSE if sticky else "")


def quoted(text: str) -> str:
    """A text of Lua's."""
    return '"' + "".join(f"\\{ord(each):03d}" if each in '"\\\r\n' else each for each in text) + '"'


def filter_() -> Fields:
    """The filter, with the script for all routes that have none of their own.

    The route is not looked for again after a script: that would also throw the dice of the weights again.
    """
    return extension(
        FILTER,
        "filters.http.lua.v3.Lua",
        default_source_code={"inline_string": script()},
        clear_route_cache=False,
    )


def of_a_route(text: str) -> Fields:
    """A route's own script, as a member of its `typed_per_filter_config`."""
    return {FILTER: typed("filters.http.lua.v3.LuaPerRoute", source_code={"inline_string": text})}
