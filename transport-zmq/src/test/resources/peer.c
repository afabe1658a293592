/* A ZeroMQ peer on libzmq: peer ROLE bind|connect URI COUNT [PUBLIC SECRET SERVER]

   Prints `bound URI` or `connected`, then one line when it has done its part. With keys it speaks
   CURVE: to a server with the public key SERVER, or as the server itself if that is `-`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define FRAMES 8
#define SIZE 256

struct message {
  int count;
  int size[FRAMES];
  char frame[FRAMES][SIZE];
};

static void check(int good, const char *what) {
  if (!good) {
    fprintf(stderr, "peer: %s: %s\n", what, zmq_strerror(zmq_errno()));
    exit(1);
  }
}

static void option(void *socket, int name, int value) {
  check(zmq_setsockopt(socket, name, &value, sizeof value) == 0, "setsockopt");
}

static void text_option(void *socket, int name, const char *value) {
  check(zmq_setsockopt(socket, name, value, strlen(value)) == 0, "setsockopt");
}

static void secure(void *socket, char **keys) {
  text_option(socket, ZMQ_CURVE_PUBLICKEY, keys[0]);
  text_option(socket, ZMQ_CURVE_SECRETKEY, keys[1]);
  if (strcmp(keys[2], "-") == 0) {
    option(socket, ZMQ_CURVE_SERVER, 1);
  } else {
    text_option(socket, ZMQ_CURVE_SERVERKEY, keys[2]);
  }
}

static void *open_socket(void *context, int kind, const char *how, const char *uri, char **keys) {
  void *socket = zmq_socket(context, kind);
  check(socket != NULL, "socket");
  option(socket, ZMQ_LINGER, 5000);
  option(socket, ZMQ_RCVTIMEO, 20000);
  option(socket, ZMQ_SNDTIMEO, 20000);
  if (keys != NULL) {
    secure(socket, keys);
  }
  if (kind == ZMQ_SUB) {
    /* A message that both prefixes fit comes once. */
    text_option(socket, ZMQ_SUBSCRIBE, "t");
    text_option(socket, ZMQ_SUBSCRIBE, "top");
    text_option(socket, ZMQ_SUBSCRIBE, "gone");
    text_option(socket, ZMQ_UNSUBSCRIBE, "gone");
  }
  if (kind != ZMQ_REQ && kind != ZMQ_PUSH && kind != ZMQ_PULL) {
    /* These drop what is over their high-water marks, which is not what is tested. */
    option(socket, ZMQ_SNDHWM, 0);
    option(socket, ZMQ_RCVHWM, 0);
  }
  if (strcmp(how, "bind") == 0) {
    char bound[SIZE];
    size_t size = sizeof bound;
    check(zmq_bind(socket, uri) == 0, "bind");
    check(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, bound, &size) == 0, "getsockopt");
    printf("bound %s\n", bound);
  } else {
    check(zmq_connect(socket, uri) == 0, "connect");
    printf("connected\n");
  }
  fflush(stdout);
  return socket;
}

static void receive(void *socket, struct message *message) {
  int more = 1;
  message->count = 0;
  while (more) {
    size_t size = sizeof more;
    check(message->count < FRAMES, "too many frames");
    int got = zmq_recv(socket, message->frame[message->count], SIZE, 0);
    check(got >= 0 && got <= SIZE, "recv");
    message->size[message->count++] = got;
    check(zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) == 0, "getsockopt");
  }
}

static void send_on(void *socket, const struct message *message) {
  for (int i = 0; i < message->count; i++) {
    int flags = i + 1 < message->count ? ZMQ_SNDMORE : 0;
    check(zmq_send(socket, message->frame[i], message->size[i], flags) >= 0, "send");
  }
}

static void add(struct message *message, const char *text) {
  message->size[message->count] = strlen(text);
  memcpy(message->frame[message->count++], text, strlen(text));
}

/* A message of an envelope, whose frames end with a slash each, and a number. */
static struct message numbered(const char *envelope, int number) {
  struct message message = {0};
  char frame[SIZE];
  while (*envelope != '\0') {
    int length = strcspn(envelope, "/");
    snprintf(frame, sizeof frame, "%.*s", length, envelope);
    add(&message, frame);
    envelope += length + 1;
  }
  snprintf(frame, sizeof frame, "%d", number);
  add(&message, frame);
  return message;
}

static void send_number(void *socket, const char *envelope, int number) {
  struct message message = numbered(envelope, number);
  send_on(socket, &message);
}

static void expect(void *socket, const char *envelope, int number) {
  struct message wanted = numbered(envelope, number);
  static struct message got;
  receive(socket, &got);
  int same = got.count == wanted.count;
  for (int i = 0; same && i < got.count; i++) {
    same = got.size[i] == wanted.size[i] && memcmp(got.frame[i], wanted.frame[i], got.size[i]) == 0;
  }
  check(same, "another message than expected");
}

static void echo(void *socket, int count) {
  static struct message message;
  for (int i = 0; i < count; i++) {
    receive(socket, &message);
    send_on(socket, &message);
  }
}

static void send_and_expect(void *socket, const char *envelope, int count) {
  for (int i = 0; i < count; i++) {
    send_number(socket, envelope, i);
  }
  for (int i = 0; i < count; i++) {
    expect(socket, envelope, i);
  }
}

static void request(void *socket, int count, int relaxed) {
  for (int i = 0; i < count; i++) {
    if (relaxed) {
      check(zmq_send(socket, "given up", 8, 0) == 8, "send");
    }
    send_number(socket, "", i);
    expect(socket, "", i);
  }
}

static void publish(void *socket, int count) {
  static struct message wish;
  receive(socket, &wish);
  receive(socket, &wish);
  for (int i = 0; i < count; i++) {
    send_number(socket, "u/", -1);
    send_number(socket, i % 2 ? "topic/" : "t/", i);
  }
}

static int kind(const char *role) {
  static const struct {
    const char *role;
    int kind;
  } kinds[] = {{"rep", ZMQ_REP},       {"req", ZMQ_REQ},         {"relaxed", ZMQ_REQ},
               {"correlate", ZMQ_REQ}, {"dealer", ZMQ_DEALER},   {"envelope", ZMQ_DEALER},
               {"router", ZMQ_ROUTER}, {"pub", ZMQ_XPUB},        {"sub", ZMQ_SUB},
               {"push", ZMQ_PUSH},     {"pull", ZMQ_PULL}};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    if (strcmp(role, kinds[i].role) == 0) {
      return kinds[i].kind;
    }
  }
  check(0, "no such role");
  return -1;
}

static void play(const char *role, void *socket, int count) {
  if (strcmp(role, "rep") == 0 || strcmp(role, "router") == 0) {
    echo(socket, count);
  } else if (strcmp(role, "dealer") == 0) {
    send_and_expect(socket, "/", count);
  } else if (strcmp(role, "envelope") == 0) {
    send_and_expect(socket, "x/y//", count);
  } else if (strcmp(role, "pub") == 0) {
    publish(socket, count);
  } else if (strcmp(role, "sub") == 0) {
    for (int i = 0; i < count; i++) {
      expect(socket, i % 2 ? "topic/" : "t/", i);
    }
  } else if (strcmp(role, "push") == 0) {
    for (int i = 0; i < count; i++) {
      send_number(socket, "", i);
    }
  } else if (strcmp(role, "pull") == 0) {
    for (int i = 0; i < count; i++) {
      expect(socket, "", i);
    }
  } else {
    request(socket, count, strcmp(role, "relaxed") == 0);
  }
}

int main(int count, char **arguments) {
  check(count == 5 || count == 8, "arguments: ROLE bind|connect URI COUNT [PUBLIC SECRET SERVER]");
  const char *role = arguments[1];
  void *context = zmq_ctx_new();
  if (strcmp(role, "proxy") == 0) {
    void *front = open_socket(context, ZMQ_ROUTER, "bind", "tcp://127.0.0.1:*", NULL);
    void *back = open_socket(context, ZMQ_DEALER, "connect", arguments[3], NULL);
    zmq_proxy(front, back, NULL);
    return 0;
  }
  char **keys = count == 8 ? arguments + 5 : NULL;
  void *socket = open_socket(context, kind(role), arguments[2], arguments[3], keys);
  if (kind(role) == ZMQ_REQ && strcmp(role, "req") != 0) {
    option(socket, ZMQ_REQ_CORRELATE, 1);
    option(socket, ZMQ_REQ_RELAXED, strcmp(role, "relaxed") == 0);
  }
  play(role, socket, atoi(arguments[4]));
  printf("done\n");
  fflush(stdout);
  zmq_close(socket);
  zmq_ctx_term(context);
  return 0;
}
