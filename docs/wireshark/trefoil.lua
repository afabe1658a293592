-- Dissects Trefoil's raw wire: plain SP over TCP (v0) and our own protocol (v1).
-- docs/WIRE.md draws every frame. Load with: wireshark -X lua_script:trefoil.lua

local trefoil = Proto("trefoil", "Trefoil raw wire")

local WORD = 8
local MOST = 0x7fffffff -- a longer frame is not reassembled

local HELLOS = {
  [0x0020] = "v0 publisher", [0x0021] = "v0 subscriber",
  [0x0030] = "v0 requester", [0x0031] = "v0 replier",
  [0x0050] = "v0 pusher", [0x0051] = "v0 puller",
  [0xf020] = "v1 publisher", [0xf021] = "v1 subscriber",
  [0xf030] = "v1 requester", [0xf031] = "v1 replier",
  [0xf050] = "v1 pusher", [0xf051] = "v1 puller",
}

local TYPES = {
  [0x00] = "DATA", [0x01] = "OPEN", [0x02] = "PING", [0x03] = "PONG", [0x04] = "GOODBYE", [0x84] = "LAST",
  [0x10] = "REQUEST", [0x11] = "REPLY", [0x12] = "ERROR",
  [0x20] = "PUBLISH", [0x21] = "SUBSCRIBE", [0x22] = "UNSUBSCRIBE", [0xa3] = "GAP",
  [0x30] = "PUSH", [0x31] = "ACK", [0x32] = "NACK", [0x33] = "CREDIT", [0x34] = "SKIP",
}

local CODES = {
  [1] = "handler failed", [2] = "no room", [3] = "deadline passed",
  [4] = "not decoded or encoded", [5] = "closing", [6] = "too large",
}

local NO_DEADLINE = { [0xffffffff] = "none" }

local f = {
  hello = ProtoField.bytes("trefoil.hello", "Hello"),
  sp_version = ProtoField.uint8("trefoil.hello.version", "SP version"),
  hello_type = ProtoField.uint16("trefoil.hello.type", "Speaks", base.HEX, HELLOS),
  type = ProtoField.uint8("trefoil.type", "Type", base.HEX, TYPES),
  length = ProtoField.uint64("trefoil.length", "Length", base.DEC),
  version = ProtoField.uint16("trefoil.open.version", "Version"),
  flags = ProtoField.uint32("trefoil.open.flags", "Flags", base.HEX),
  acknowledged = ProtoField.bool(
    "trefoil.open.flags.acknowledged", "Pushed messages are acknowledged", 32, nil, 1),
  says_last = ProtoField.bool("trefoil.open.flags.says_last", "Answers a GOODBYE by a LAST", 32, nil, 2),
  max_message = ProtoField.uint64("trefoil.open.max_message", "Largest message", base.DEC),
  sender = ProtoField.uint64("trefoil.open.sender", "Number of the sender", base.HEX),
  credit = ProtoField.uint32("trefoil.credit", "Credit"),
  heartbeat = ProtoField.uint32("trefoil.open.heartbeat", "Heartbeat, ms"),
  id = ProtoField.uint32("trefoil.id", "Request"),
  deadline = ProtoField.uint32(
    "trefoil.deadline", "Milliseconds to the deadline", base.DEC, NO_DEADLINE),
  hop = ProtoField.uint32("trefoil.hop", "Pipe of a forwarder", base.HEX),
  code = ProtoField.uint8("trefoil.code", "Code", base.DEC, CODES),
  words = ProtoField.string("trefoil.words", "Words", base.UNICODE),
  topic_length = ProtoField.uint32("trefoil.topic_length", "Length of the topic"),
  topic = ProtoField.string("trefoil.topic", "Topic", base.UNICODE),
  missed = ProtoField.uint64("trefoil.missed", "Messages missed", base.DEC),
  number = ProtoField.uint64("trefoil.number", "Message", base.DEC),
  attempt = ProtoField.uint32("trefoil.attempt", "Attempt"),
  sequence = ProtoField.uint64("trefoil.sequence", "Sequence number", base.DEC),
  first = ProtoField.uint64("trefoil.ack.first", "First", base.DEC),
  last = ProtoField.uint64("trefoil.ack.last", "Last", base.DEC),
  body = ProtoField.bytes("trefoil.body", "Body"),
}

local all = {}
for _, field in pairs(f) do
  all[#all + 1] = field
end
trefoil.fields = all

local malformed = ProtoExpert.new(
  "trefoil.malformed", "Not allowed by the wire", expert.group.MALFORMED, expert.severity.ERROR)
trefoil.experts = { malformed }

local tcp_stream = Field.new("tcp.stream")

-- What each side of each connection named in its hello.
local speaks = {}

function trefoil.init()
  speaks = {}
end

local function side(pinfo)
  return tcp_stream().value .. ":" .. tostring(pinfo.src) .. ":" .. pinfo.src_port
end

-- As far as the bytes are there; a hello read as a frame would be one of 23 petabytes.
local function is_hello(tvb, offset)
  local have = math.min(tvb:len() - offset, WORD)
  local expected = { 0x00, 0x53, 0x50, 0x00, nil, nil, 0x00, 0x00 }
  for i = 1, have do
    if expected[i] and tvb(offset + i - 1, 1):uint() ~= expected[i] then
      return false
    end
  end
  return have >= 4
end

local function length_of(tvb, offset)
  return tvb(offset + 1, 1):uint() * 2 ^ 48
    + tvb(offset + 2, 2):uint() * 2 ^ 32
    + tvb(offset + 4, 4):uint()
end

local function pdu_length(tvb, _, offset)
  if is_hello(tvb, offset) then
    return WORD
  end
  local length = length_of(tvb, offset)
  return length > MOST and WORD or WORD + length
end

-- A reader of one frame's content: takes fields off its front, and notes when they are not there.
local function reader(tvb, tree)
  local self = { at = WORD, tree = tree, fits = true }
  function self.left()
    return tvb:len() - self.at
  end
  function self.take(field, size)
    if size > self.left() then
      self.fits = false
      return nil
    end
    local range = tvb(self.at, size)
    self.at = self.at + size
    if size > 0 then
      self.tree:add(field, range)
    end
    return range
  end
  function self.rest(field)
    return self.take(field, self.left())
  end
  return self
end

local function number(range)
  return range and (range:len() == 8 and tostring(range:uint64()) or tostring(range:uint())) or "?"
end

local function text(range)
  return range and range:len() > 0 and range:string() or ""
end

local contents = {}

contents[0x01] = function(r)
  r.take(f.version, 2)
  r.at = r.at + 2
  local flags = r.take(f.flags, 4)
  if flags then
    r.tree:add(f.acknowledged, flags)
    r.tree:add(f.says_last, flags)
  end
  r.take(f.max_message, 8)
  r.take(f.sender, 8)
  r.take(f.credit, 4)
  r.take(f.heartbeat, 4)
  return ""
end

contents[0x04] = function(r)
  return text(r.rest(f.words))
end

contents[0x10] = function(r)
  local id = r.take(f.id, 4)
  r.take(f.deadline, 4)
  r.rest(f.body)
  return number(id)
end

contents[0x11] = function(r)
  local id = r.take(f.id, 4)
  r.rest(f.body)
  return number(id)
end

contents[0x12] = function(r)
  local id = r.take(f.id, 4)
  r.take(f.code, 1)
  return number(id) .. " " .. text(r.rest(f.words))
end

contents[0x20] = function(r)
  local length = r.take(f.topic_length, 4)
  local topic = length and r.take(f.topic, length:uint())
  r.rest(f.body)
  return text(topic)
end

contents[0x21] = function(r)
  return text(r.rest(f.topic))
end
contents[0x22] = contents[0x21]

contents[0xa3] = function(r)
  return number(r.take(f.missed, 8))
end

contents[0x30] = function(r)
  local name = r.take(f.number, 8)
  local attempt = r.take(f.attempt, 4)
  r.rest(f.body)
  return number(name) .. " attempt " .. number(attempt)
end

contents[0x31] = function(r)
  local ranges = {}
  repeat
    local first = r.take(f.first, 8)
    local last = r.take(f.last, 8)
    ranges[#ranges + 1] = number(first) .. "-" .. number(last)
  until r.left() == 0 or not r.fits
  return table.concat(ranges, " ")
end

contents[0x32] = function(r)
  local sequence = r.take(f.sequence, 8)
  r.take(f.code, 1)
  return number(sequence) .. " " .. text(r.rest(f.words))
end

contents[0x33] = function(r)
  return number(r.take(f.credit, 4))
end

-- The stack of words before the payload of a v0 request or reply; the last has its top bit set.
local function stack(r)
  while true do
    if r.left() < 4 then
      r.fits = false
      return ""
    end
    local range = r.word()
    if range(0, 1):uint() >= 0x80 then
      r.tree:add(f.id, range, range:uint() - 0x80000000)
      return tostring(range:uint() - 0x80000000)
    end
    r.tree:add(f.hop, range)
  end
end

local function hello(tvb, pinfo, tree)
  local type = tvb(4, 2):uint()
  speaks[side(pinfo)] = type
  tree:add(f.hello, tvb(0, WORD))
  tree:add(f.sp_version, tvb(3, 1))
  local item = tree:add(f.hello_type, tvb(4, 2))
  if not HELLOS[type] then
    item:add_proto_expert_info(malformed, "no role of this wire")
  end
  return "hello of a " .. (HELLOS[type] or "stranger")
end

local function plain(tvb, pinfo, tree)
  tree:add(f.length, tvb(0, WORD))
  local r = reader(tvb, tree)
  function r.word()
    r.at = r.at + 4
    return tvb(r.at - 4, 4)
  end
  local type = speaks[side(pinfo)]
  local about = ""
  if type == 0x0030 or type == 0x0031 then
    about = (type == 0x0030 and "request " or "reply ") .. stack(r)
  else
    about = "message"
  end
  r.rest(f.body)
  return about, r.fits
end

local function frame(tvb, pinfo, tree)
  local type = tvb(0, 1):uint()
  local item = tree:add(f.type, tvb(0, 1))
  tree:add(f.length, tvb(1, 7), UInt64.new(tvb(4, 4):uint(), tvb(1, 3):uint()))
  local r = reader(tvb, tree)
  local about = ""
  if contents[type] then
    about = contents[type](r)
  else
    r.rest(f.body)
  end
  if not TYPES[type] and type < 0x80 then
    item:add_proto_expert_info(malformed, "a type that is not known ends the connection")
  end
  return (TYPES[type] or string.format("type %02x", type)) .. " " .. about, r.fits
end

local function pdu(tvb, pinfo, root)
  pinfo.cols.protocol = "Trefoil"
  local tree = root:add(trefoil, tvb())
  local about, fits = "", true
  if is_hello(tvb, 0) then
    about = hello(tvb, pinfo, tree)
  else
    local type = speaks[side(pinfo)]
    if type and type < 0xf000 then
      about, fits = plain(tvb, pinfo, tree)
    else
      about, fits = frame(tvb, pinfo, tree)
    end
    fits = fits and length_of(tvb, 0) <= MOST
  end
  if not fits then
    tree:add_proto_expert_info(malformed, "the fields do not fit the length")
  end
  tree:append_text(", " .. about)
  pinfo.cols.info:append(" " .. about)
  return tvb:len()
end

local function dissect(tvb, pinfo, tree)
  pinfo.cols.info = ""
  dissect_tcp_pdus(tvb, tree, WORD, pdu_length, pdu)
  return tvb:len()
end

trefoil.dissector = dissect

-- A connection is ours once it starts with a hello. Called as a function: as a dissector's it would
-- be one level deeper, where segments are not put together.
trefoil:register_heuristic("tcp", function(tvb, pinfo, tree)
  if not is_hello(tvb, 0) then
    return false
  end
  pinfo.conversation = trefoil
  dissect(tvb, pinfo, tree)
  return true
end)

-- For captures that begin in the middle: Decode As.
DissectorTable.get("tcp.port"):add_for_decode_as(trefoil)
