using System.Text.Json.Nodes;
using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Calls;

/// <summary>The comparison of calls: it sees what differs and overlooks what may.</summary>
public sealed class CallComparisonTests
{
    private const string Get = "/dapr.proto.runtime.v1.Dapr/GetState";
    private const string Trace = "AAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAgA";
    private const string Fault = """[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","reason":"ERR"}]""";

    private const string OtherFault = """[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","reason":"OTHER"}]""";

    private static readonly CallExchange Found = new()
    {
        Name = "get",
        App = "http",
        Where = "http: get",
        Method = Get,
        Response = JsonNode.Parse("""{"data":"MQ==","etag":"10d89e7e-f2cf-4e41-b170-8140dcb94e39"}"""),
    };

    private static readonly CallExchange Refused = new()
    {
        Name = "get",
        App = "http",
        Where = "http: get",
        Method = Get,
        Code = 10,
        Message = "key=worker||a-RUN",
        Details = JsonNode.Parse(Fault)!.AsArray(),
    };

    [Theory]
    [InlineData("""{"data":"MQ==","etag":"cced1fb9-8dc4-4170-94e9-a7005836073d"}""", null)]
    [InlineData("""{"data":"Mg==","etag":"cced1fb9-8dc4-4170-94e9-a7005836073d"}""", "response at $.data")]
    [InlineData("""{"data":"MQ=="}""", "response at $.etag")]
    [InlineData("""{"data":"MQ==","etag":"7"}""", "response at $.etag")]
    public void Answers_Compared_DifferOnlyWhereItCounts(string response, string? what)
    {
        CallReply reply = Ok(Headers(), Frames.Frame(Messages.Response(Get, JsonNode.Parse(response))));

        Assert.Equal(what is null ? [] : [what], CallComparison.Compare(Found, reply, "r1").Select(difference => difference.What));
    }

    [Fact]
    public void Headers_MissingOrMore_AreSeen()
    {
        Dictionary<string, string[]> headers = new() { ["content-type"] = ["application/grpc"], ["x-more"] = ["1"] };
        CallReply reply = Ok(headers, Frames.Frame(Messages.Response(Get, Found.Response)));

        Assert.Equal(
            ["header grpc-trace-bin", "header x-more"], CallComparison.Compare(Found, reply, "r1").Select(difference => difference.What));
    }

    [Fact]
    public void AnotherCode_IsTheOnlyDifference()
    {
        Difference difference = Assert.Single(CallComparison.Compare(Refused, Ok(Headers(), Frames.Frame([])), "r1"));

        Assert.Equal(("code", "Aborted: key=worker||a-RUN", "OK: "), (difference.What, difference.Recorded, difference.Actual));
    }

    [Theory]
    [InlineData("key=worker||a-r1", Fault, null)]
    [InlineData("key=worker||b-r1", Fault, "message")]
    [InlineData("key=worker||a-r1", OtherFault, "details at $[0].reason")]
    [InlineData("key=worker||a-r1", null, "details at $")]
    public void Refusals_Compared_DifferByMessageAndDetails(string message, string? details, string? what)
    {
        Dictionary<string, string[]> trailers = new() { ["grpc-status"] = ["10"], ["grpc-message"] = [Uri.EscapeDataString(message)] };
        if (StatusDetails.ToHeader(10, message, details is null ? null : JsonNode.Parse(details)!.AsArray()) is { } bytes)
        {
            trailers["grpc-status-details-bin"] = [bytes.TrimEnd('=')];
        }

        IEnumerable<Difference> differences = CallComparison.Compare(Refused, new CallReply(200, Headers(), [], trailers), "r1");

        Assert.Equal(what is null ? [] : [what], differences.Select(difference => difference.What));
    }

    [Fact]
    public void TrailersAlone_WhereHeadersCameFirst_AreSeen()
    {
        Dictionary<string, string[]> headers = new() { ["grpc-status"] = ["10"], ["grpc-message"] = ["key=worker%7C%7Ca-r1"] };
        headers["grpc-status-details-bin"] = [StatusDetails.ToHeader(10, "", JsonNode.Parse(Fault)!.AsArray())!];

        CallReply reply = new(200, headers, [], new Dictionary<string, string[]>());

        Difference difference = Assert.Single(CallComparison.Compare(Refused, reply, "r1"));

        Assert.Equal("trailers only", difference.What);
    }

    [Fact]
    public void Verdict_ListedDifferenceThatDoesNotShow_IsSaid()
    {
        ListedDifference shows = new(["in-memory"], "http: lock", "code", "Unimplemented", "not here");
        ListedDifference gone = new(["in-memory"], "http: jobs", "code", "Unimplemented", "not here");
        Difference listed = new("http: lock", "code", "FailedPrecondition: no store", "Unimplemented: LocalSidecar has no locks");
        Difference other = new("http: get", "message", "a", "b");

        Assert.Equal("", Verdict.Of([listed], [shows]));
        Assert.Equal($"not listed: {other}\n\nlisted, but not seen: {gone}", Verdict.Of([listed, other], [shows, gone]));
    }

    private static Dictionary<string, string[]> Headers() => new()
    {
        ["content-type"] = ["application/grpc"],
        ["grpc-trace-bin"] = [Trace],
        ["date"] = ["now"],
    };

    private static CallReply Ok(Dictionary<string, string[]> headers, byte[] body) =>
        new(200, headers, body, new Dictionary<string, string[]> { ["grpc-status"] = ["0"] });
}
