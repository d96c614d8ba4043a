using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace JobOrchestrator.Sdk.Tests.Fakes;

/// <summary>What proxies, gateways and strangers answer in an orchestrator's place, by names that tests can show.</summary>
internal static class OddAnswers
{
    private const string Html = "<html><body>Sign in, please. <a href='/'>Home</a></body></html>";

    private static readonly Dictionary<string, Func<HttpResponseMessage>> ByName = new()
    {
        ["200 HTML"] = () => Page(200),
        ["200 HTML called JSON"] = () => Text(200, Html),
        ["200 empty"] = () => Text(200, ""),
        ["200 without a body"] = () => new HttpResponseMessage(HttpStatusCode.OK),
        ["200 cut off"] = () => Text(200, """[{"id":"a","outcomes":[{"""),
        ["200 null"] = () => Text(200, "null"),
        ["200 number"] = () => Text(200, "7"),
        ["200 text"] = () => Text(200, "\"OK\""),
        ["200 {}"] = () => Text(200, "{}"),
        ["200 [null]"] = () => Text(200, "[null]"),
        ["200 [{}]"] = () => Text(200, "[{}]"),
        ["200 of a job without an id"] = () => Text(200, """{"id":null,"status":"New","sequence":1}"""),
        ["200 of another job"] = () => Text(200, """{"id":"another","status":"Completed","sequence":9,"result":1}"""),
        ["200 leases without ids"] = () => Text(200, """[{"id":null,"leaseToken":null,"status":"InProgress"},{"id":"","status":"New"}]"""),
        ["200 deep"] = () => Text(200, new string('[', 100_000)),
        ["200 UTF-16"] = () => Bytes(200, Encoding.Unicode.GetBytes("[]")),
        ["200 two marks"] = () => Text(200, "\uFEFF\uFEFF[]"),
        ["200 no UTF-8"] = () => Bytes(200, [(byte)'[', (byte)'"', 0xFF, 0xC0, (byte)'"', (byte)']']),
        ["200 packed without a word"] = () => Bytes(200, [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]),
        ["200 failing on its way"] = () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new BrokenContent() },
        ["101"] = () => Bare(101),
        ["204"] = () => Bare(204),
        ["205"] = () => Bare(205),
        ["206"] = () => Text(206, "[{"),
        ["207"] = () => Text(207, "<multistatus/>"),
        ["226"] = () => Text(226, "{}"),
        ["299"] = () => Text(299, "[]"),
        ["300"] = () => Page(300),
        ["301 to itself"] = () => To(301, ""),
        ["302 to a login"] = () => To(302, "https://login.example/?next=%2F"),
        ["303"] = () => To(303, "/"),
        ["304"] = () => Bare(304),
        ["307 to https"] = () => To(307, "https://jobs.example/"),
        ["308 to itself"] = () => To(308, "."),
        ["400 HTML"] = () => Page(400),
        ["400 JSON of others"] = () => Text(400, """{"error":"bad"}"""),
        ["401 HTML"] = () => Page(401),
        ["402"] = () => Page(402),
        ["403 HTML"] = () => Page(403),
        ["403 empty"] = () => Bare(403),
        ["404 HTML"] = () => Page(404),
        ["405"] = () => Page(405),
        ["406"] = () => Page(406),
        ["407"] = () => Page(407),
        ["408"] = () => Page(408),
        ["409 HTML"] = () => Page(409),
        ["410 HTML"] = () => Page(410),
        ["411"] = () => Page(411),
        ["413 HTML"] = () => Page(413),
        ["414"] = () => Page(414),
        ["415"] = () => Page(415),
        ["418"] = () => Page(418),
        ["421"] = () => Page(421),
        ["422 HTML"] = () => Page(422),
        ["425"] = () => Bare(425),
        ["426"] = () => Bare(426),
        ["429"] = () => Bare(429),
        ["429 after less than nothing"] = () => Bare(429, "-1"),
        ["429 after a century"] = () => Bare(429, "3155760000"),
        ["429 after more than fits"] = () => Bare(429, "99999999999999999999"),
        ["429 after a date long past"] = () => Bare(429, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ["429 after a date far ahead"] = () => Bare(429, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ["429 after a text"] = () => Bare(429, "later, please"),
        ["431"] = () => Page(431),
        ["451"] = () => Page(451),
        ["499"] = () => Bare(499),
        ["500 HTML"] = () => Page(500),
        ["500 JSON of others"] = () => Text(500, "7"),
        ["501"] = () => Page(501),
        ["502 HTML"] = () => Page(502),
        ["503 after a century"] = () => Bare(503, "3155760000"),
        ["504 HTML"] = () => Page(504),
        ["505"] = () => Bare(505),
        ["507"] = () => Bare(507),
        ["511"] = () => Page(511),
        ["520"] = () => Page(520),
        ["522"] = () => Page(522),
        ["530"] = () => Page(530),
        ["599"] = () => Bare(599),
        ["a handler that throws"] = () => throw new InvalidOperationException("A handler of the app."),
        ["a connection that is refused"] = () => throw new HttpRequestException("Connection refused"),
        ["a wait that a handler gives up"] = () => throw new TaskCanceledException("The request was cancelled by a handler."),
    };

    /// <summary>The names of all of them.</summary>
    public static TheoryData<string> All => [.. ByName.Keys];

    /// <summary>One of them, made anew.</summary>
    public static HttpResponseMessage Make(string name) => ByName[name]();

    /// <summary>JSON, as it is written.</summary>
    public static HttpResponseMessage Text(int status, string body) => Bytes(status, Encoding.UTF8.GetBytes(body));

    private static HttpResponseMessage Bytes(int status, byte[] body) => new((HttpStatusCode)status)
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };

    private static HttpResponseMessage Page(int status) => new((HttpStatusCode)status)
    {
        Content = new StringContent(Html, Encoding.UTF8, "text/html"),
    };

    private static HttpResponseMessage To(int status, string location)
    {
        HttpResponseMessage response = Page(status);
        response.Headers.TryAddWithoutValidation("Location", location);
        return response;
    }

    private static HttpResponseMessage Bare(int status, string? retryAfter = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        if (retryAfter is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        return response;
    }

    /// <summary>A connection that breaks amid the body.</summary>
    private sealed class BrokenContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            throw new IOException("The response ended prematurely.");

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
