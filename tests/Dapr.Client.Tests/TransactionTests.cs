using System.Net;
using System.Text;

namespace Dapr.Client.Tests;

public sealed class TransactionTests : IAsyncLifetime
{
    private SidecarStub _sidecar = null!;
    private DaprClient _client = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await SidecarStub.StartAsync();
        _client = _sidecar.Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task Transaction_Operations_GoOutInOrderWithValuesAsGiven()
    {
        StateTransactionRequest[] operations =
        [
            new("head", """{ "epoch" : 1.0 }"""u8.ToArray(), StateOperationType.Upsert, "\"q\"",
                new Dictionary<string, string> { ["ttlInSeconds"] = "60" }, new StateOptions { Concurrency = ConcurrencyMode.FirstWrite }),
            new("gone", null, StateOperationType.Delete, "9"),
            new("nothing", null, StateOperationType.Upsert),
        ];

        await _client.ExecuteStateTransactionAsync("jobs", operations, new Dictionary<string, string> { ["partitionKey"] = "shard-1" });

        var request = _sidecar.Request;
        Assert.Equal(("POST", "/v1.0/state/jobs/transaction"), (request.Method, request.Target));
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.Equal(
            """
            {"operations":[{"operation":"upsert","request":{"key":"head","value":{ "epoch" : 1.0 },"etag":"\"q\"","options":{"concurrency":"first-write"},"metadata":{"ttlInSeconds":"60"}}},
            {"operation":"delete","request":{"key":"gone","etag":"9"}},
            {"operation":"upsert","request":{"key":"nothing","value":null}}],"metadata":{"partitionKey":"shard-1"}}
            """.ReplaceLineEndings(""),
            request.Body);
    }

    [Fact]
    public async Task Transaction_ThousandDocuments_ArrivesWhole()
    {
        var value = Encoding.UTF8.GetBytes("{\"text\":\"" + new string('é', 1000) + "\"}");
        var operations = Enumerable.Range(0, 1000)
            .Select(number => new StateTransactionRequest($"key-{number}", value, StateOperationType.Upsert))
            .ToList();

        await _client.ExecuteStateTransactionAsync("jobs", operations);

        using var body = System.Text.Json.JsonDocument.Parse(_sidecar.Request.Body);
        var sent = body.RootElement.GetProperty("operations").EnumerateArray().ToList();
        Assert.Equal(operations.Select(operation => operation.Key), sent.Select(operation => operation.GetProperty("request").GetProperty("key").GetString()));
        Assert.All(sent, operation => Assert.Equal(1000, operation.GetProperty("request").GetProperty("value").GetProperty("text").GetString()!.Length));
    }

    [Theory]
    [InlineData("error while executing state transaction: possible etag mismatch. error from state store: state etag not match for key=worker||t1: current=a, expect=b")]
    [InlineData("error while executing state transaction: ERR user_script:14: failed to set key worker||t1 script: ff")]
    public async Task Transaction_Conflict_ThrowsWithTheSidecarsTextAndStatus(string text)
    {
        _sidecar.AnswerWith(500, $$"""{"errorCode":"ERR_STATE_TRANSACTION","message":"{{text}}"}""");

        var failure = await Assert.ThrowsAsync<DaprException>(() => ExecuteOneAsync());

        Assert.Contains(text, failure.Message, StringComparison.Ordinal);
        Assert.Contains("ERR_STATE_TRANSACTION", failure.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.InternalServerError, Assert.IsType<HttpRequestException>(failure.InnerException).StatusCode);
    }

    [Fact]
    public async Task Transaction_NoOperations_IsRefusedBeforeItIsSent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _client.ExecuteStateTransactionAsync("jobs", []));

        Assert.Empty(_sidecar.Requests);
    }

    [Fact]
    public async Task Transaction_ManyAtOnce_DoNotMixTheirBuffers()
    {
        var calls = Enumerable.Range(0, 64).Select(number => _client.ExecuteStateTransactionAsync("jobs",
        [
            new StateTransactionRequest(
                $"key-{number}", Encoding.UTF8.GetBytes($"\"{new string((char)('a' + (number % 26)), 20_000)}\""), StateOperationType.Upsert),
        ]));

        await Task.WhenAll(calls);

        Assert.All(_sidecar.Requests, request =>
        {
            using var body = System.Text.Json.JsonDocument.Parse(request.Body);
            var sent = body.RootElement.GetProperty("operations")[0].GetProperty("request");
            var number = int.Parse(sent.GetProperty("key").GetString()![4..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(new string((char)('a' + (number % 26)), 20_000), sent.GetProperty("value").GetString());
        });
        Assert.Equal(64, _sidecar.Requests.Count);
    }

    private Task ExecuteOneAsync() =>
        _client.ExecuteStateTransactionAsync("jobs", [new StateTransactionRequest("t1", "1"u8.ToArray(), StateOperationType.Upsert, "b")]);
}
