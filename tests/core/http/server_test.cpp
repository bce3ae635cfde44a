// The server over real sockets on the loopback interface.
#include "core/http/server.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "core/http/health.hpp"

namespace millrace::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;
using testing::StartsWith;

class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / fmt::format("http-{}", ::getpid());
    std::filesystem::create_directories(folder_ / "assets");
    std::ofstream(folder_ / "index.html") << "<p>home</p>";
    std::ofstream(folder_ / "assets" / "app-1a2b.js") << "let x";
    std::ofstream(folder_ / "assets" / "app-1a2b.js.br") << "br-form";
    std::ofstream(folder_ / "assets" / "app-1a2b.js.gz") << "gz-form";
    std::ofstream(folder_ / ".secret") << "no";
    std::filesystem::create_symlink("/etc/passwd", folder_ / "passwd.txt");

    Router router;
    router.add("GET", "/hello/{name}", [](Request& request) -> asio::awaitable<Response> {
      co_return Response::text("hello " + request.params["name"] + " " + request.query["q"]);
    });
    router.add("POST", "/echo", [](Request& request) -> asio::awaitable<Response> {
      co_return Response::text(request.body + "|" + request.cookies["a"]);
    });
    router.add("GET", "/throws", [](Request&) -> asio::awaitable<Response> {
      throw std::runtime_error("/var/lib/secret-place");
      co_return Response{};
    });
    router.add("GET", "/events", [](Request&) -> asio::awaitable<Response> {
      Response response;
      response.events = [](std::shared_ptr<EventSink> sink) -> asio::awaitable<void> {
        co_await sink->send("sync", "one\ntwo");
        co_await sink->send("sync", "three");
      };
      co_return response;
    });
    add_health_routes(router,
                      {.metrics = [] { return "m 1\n"; },
                       .not_ready = [] { return std::map<std::string, std::string>{{"disk", "full"}}; }});
    router.files(folder_);
    Server::Options options;
    options.limits.header_time = std::chrono::milliseconds(200);
    options.limits.idle_time = std::chrono::milliseconds(400);
    options.limits.connections_per_address = 3;
    server_ = std::make_unique<Server>(loop_, std::move(options), std::move(router));
    ASSERT_TRUE(server_->start());
    thread_ = std::thread([this] { loop_.run(); });
  }
  void TearDown() override {
    asio::post(loop_, [this] { server_->stop(); });
    loop_.stop();
    thread_.join();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  tcp::socket connect() {
    tcp::socket socket(client_);
    socket.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
    return socket;
  }
  /// Sends raw bytes and reads to the end of the connection.
  std::string exchange(const std::string& bytes) {
    auto socket = connect();
    boost::system::error_code failed;
    asio::write(socket, asio::buffer(bytes), failed);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), failed);
    return answer;
  }
  std::string get(const std::string& target, const std::string& extra = "") {
    return exchange("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + extra + "\r\n");
  }

  std::filesystem::path folder_;
  asio::io_context loop_;
  asio::io_context client_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

TEST_F(ServerTest, a_route_gets_its_decoded_parameters) {
  EXPECT_THAT(get("/hello/M%C3%BCller?q=a%20b"), testing::EndsWith("hello M\xC3\xBCller a b"));
}

TEST_F(ServerTest, unknown_paths_and_methods_get_problem_documents) {
  const auto missing = get("/nothing");
  EXPECT_THAT(missing, StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(missing, HasSubstr("application/problem+json"));
  EXPECT_THAT(missing, HasSubstr("urn:millrace:problem:not-found"));
  const auto wrong =
      exchange("PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(wrong, StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(wrong, HasSubstr("Allow: POST"));
}

TEST_F(ServerTest, bounds_are_enforced_at_their_edges) {
  const auto post = [](size_t size) {
    return fmt::format("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
                       size, std::string(size, 'b'));
  };
  EXPECT_THAT(exchange(post(64 * 1024)), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(exchange(post(64 * 1024 + 1)), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(get("/hello/x", "X: " + std::string(9000, 'h') + "\r\n"), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(exchange("GARBAGE\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(
      exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx"),
      StartsWith("HTTP/1.1 400"));
}

TEST_F(ServerTest, a_slow_header_is_cut_off) {
  EXPECT_EQ(exchange("GET / HT"), "");
}

TEST_F(ServerTest, an_idle_connection_is_cut_off) {
  EXPECT_EQ(exchange(""), "");
}

TEST_F(ServerTest, one_address_cannot_take_every_connection) {
  auto a = connect();
  auto b = connect();
  auto c = connect();
  EXPECT_EQ(get("/hello/x"), "") << "the fourth connection is closed";
}

TEST_F(ServerTest, a_failing_handler_says_nothing_about_the_inside) {
  const auto answer = get("/throws");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(answer, testing::Not(HasSubstr("secret-place")));
}

TEST_F(ServerTest, events_are_streamed_and_split_into_lines) {
  const auto answer = get("/events");
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/event-stream"));
  EXPECT_THAT(answer, HasSubstr("event: sync\ndata: one\ndata: two\n\nevent: sync\ndata: three\n\n"));
}

TEST_F(ServerTest, files_are_served_from_the_folder_only) {
  EXPECT_THAT(get("/"), HasSubstr("<p>home</p>"));
  EXPECT_THAT(get("/assets/app-1a2b.js"), HasSubstr("immutable"));
  EXPECT_THAT(get("/.secret"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(get("/../http-1/index.html"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(get("/%2e%2e/%2e%2e/etc/passwd"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(get("/passwd.txt"), StartsWith("HTTP/1.1 404")) << "a link must not lead out";
  EXPECT_THAT(get("/assets"), StartsWith("HTTP/1.1 404"));
}

TEST_F(ServerTest, a_known_file_is_not_sent_again) {
  const auto first = get("/");
  const auto from = first.find("ETag: ") + 6;
  const auto tag = first.substr(from, first.find("\r\n", from) - from);
  EXPECT_THAT(get("/", "If-None-Match: " + tag + "\r\n"), StartsWith("HTTP/1.1 304"));
}

TEST_F(ServerTest, a_file_goes_out_compressed_to_whoever_accepts_that) {
  const auto get_with = [&](const std::string& accepted) {
    return get("/assets/app-1a2b.js", "Accept-Encoding: " + accepted + "\r\n");
  };
  EXPECT_THAT(get_with("gzip, deflate, br"), HasSubstr("Content-Encoding: br\r\n"));
  EXPECT_THAT(get_with("gzip, deflate, br"), testing::EndsWith("\r\n\r\nbr-form"));
  EXPECT_THAT(get_with("gzip;q=0.5"), testing::EndsWith("\r\n\r\ngz-form"));
  EXPECT_THAT(get_with("br;q=0, identity"), testing::Not(HasSubstr("Content-Encoding")));
  EXPECT_THAT(get_with("brotli"), testing::Not(HasSubstr("Content-Encoding")));
  EXPECT_THAT(get_with("identity"), HasSubstr("Vary: Accept-Encoding"));
  EXPECT_THAT(get_with("br"), HasSubstr("Content-Type: text/javascript"));
  EXPECT_THAT(get("/"), testing::Not(HasSubstr("Vary")));
}

TEST_F(ServerTest, every_answer_carries_the_security_headers) {
  for (const auto* target : {"/", "/nothing", "/hello/x", "/healthz"}) {
    const auto answer = get(target);
    EXPECT_THAT(answer, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self'"))
        << target;
    EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff")) << target;
  }
}

TEST_F(ServerTest, health_tells_alive_from_ready) {
  EXPECT_THAT(get("/healthz"), StartsWith("HTTP/1.1 200"));
  const auto ready = get("/readyz");
  EXPECT_THAT(ready, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(ready, HasSubstr(R"("reasons":{"disk":"full"})"));
  EXPECT_THAT(get("/metrics"), testing::EndsWith("m 1\n"));
}

TEST_F(ServerTest, a_connection_serves_several_requests) {
  auto socket = connect();
  const std::string request = "GET /hello/x HTTP/1.1\r\nHost: x\r\n\r\n";
  for (int i = 0; i < 3; ++i) {
    asio::write(socket, asio::buffer(request));
    std::string answer;
    asio::read_until(socket, asio::dynamic_buffer(answer), "hello x ");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  }
}

TEST_F(ServerTest, a_port_in_use_is_said_with_a_remedy) {
  Server::Options options;
  options.port = server_->port();
  asio::io_context other;
  Server second(other, std::move(options), Router{});
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr("another program"));
}

}  // namespace
}  // namespace millrace::http
