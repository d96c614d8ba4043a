using System.Net.Sockets;
using System.Security.Authentication;

namespace CosmosSetup.Tests;

/// <summary>An account that refuses, or is not reached at all.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly SetupRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task WrongKey_AnyRequest_NamesTheSecretAndNotTheKey()
    {
        _run.Account.Refuse("GET", "/", 401, "The input authorization token can't serve the request. The wrong key is being used.");

        Ending ending = await _run.RunAsync();

        Assert.Equal(1, ending.Code);
        Assert.Equal(
            "[cosmos] Cosmos DB refuses the key (401): cosmos-key in secrets.json is not a key of https://account.example, "
            + "or is a read-only one, or this machine's clock is wrong.",
            ending.Errors.Trim());
        Assert.DoesNotContain("a2V5", ending.Output + ending.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadOnlyKey_MakingTheDatabase_SaysSo()
    {
        _run.Account.Refuse("POST", "/dbs", 401, "The input authorization token can't serve the request.");

        Ending ending = await _run.RunAsync();

        Assert.Equal(1, ending.Code);
        Assert.Contains("or is a read-only one", ending.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/", 0, "Request originated from IP 192.0.2.1 is blocked by your Cosmos DB account firewall settings.")]
    [InlineData("POST", "/dbs", 5300, "The given request [POST /dbs] cannot be authorized by AAD token in data plane.")]
    public async Task NoPermission_AnyRequest_GivesTheServicesFirstLineAndTheUsualReasons(
        string method, string path, int substatus, string message)
    {
        _run.Account.Refuse(method, path, 403, message, substatus);

        Ending ending = await _run.RunAsync();

        Assert.Equal(1, ending.Code);
        Assert.Contains($"(403): {message} Mostly it is the account's firewall", ending.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("ActivityId", ending.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttled_ForAWhile_IsWaitedFor()
    {
        _run.Account.Refuse("GET", "/dbs/NwJobs", 429, "Request rate is large.", 3200, times: 3);

        Ending ending = await _run.RunAsync();

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
    }

    [Fact]
    public async Task Throttled_WithoutEnd_IsGivenUpAfterTenTries()
    {
        _run.Account.Refuse("GET", "/dbs/NwJobs", 429, "Request rate is large.", 3200);

        Ending ending = await _run.RunAsync();

        Assert.Equal(1, ending.Code);
        Assert.Contains("too many requests (429)", ending.Errors, StringComparison.Ordinal);
        Assert.Equal(10, _run.Account.Requests.Count(request => request.Path == "/dbs/NwJobs"));
    }

    [Fact]
    public async Task OtherRefusal_OfTheContainer_GivesStatusAndTheServicesFirstLine()
    {
        _run.Account.Refuse("POST", "/dbs/NwJobs/colls", 400, "The requested throughput exceeds what the account may have");

        Ending ending = await _run.RunAsync();

        Assert.Equal(1, ending.Code);
        Assert.Equal("[cosmos] Cosmos DB answered 400: The requested throughput exceeds what the account may have.", ending.Errors.Trim());
    }

    [Fact]
    public async Task Container_ChangedMeanwhile_IsNotOverwritten()
    {
        _run.Account.AddContainer(
            "JobStates", """{"partitionKey":{"paths":["/partitionKey"],"kind":"Hash"},"indexingPolicy":{"indexingMode":"consistent"}}""");
        _run.Account.Refuse("PUT", "/dbs/NwJobs/colls/JobStates", 412, "One of the specified pre-condition is not met.");

        Ending ending = await _run.RunAsync("--fix");

        Assert.Equal(1, ending.Code);
        Assert.Contains("Somebody else has changed the container meanwhile (412)", ending.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://localhost:8081", SocketError.ConnectionRefused, "Nothing listens on https://localhost:8081: is the emulator")]
    [InlineData("https://account.example:443", SocketError.ConnectionRefused, "Nothing listens on https://account.example; see url in ")]
    [InlineData("https://account.example:443", SocketError.HostNotFound, "There is no host account.example; see url in ")]
    [InlineData("https://account.example:443", SocketError.NetworkUnreachable, "https://account.example cannot be reached: ")]
    public async Task Account_NotReached_SaysWhere(string url, SocketError error, string sentence)
    {
        Failing(url, new HttpRequestException("The connection failed.", new SocketException((int)error)));

        Ending ending = await _run.RunAsync("--check");

        Assert.Equal(1, ending.Code);
        Assert.Contains(sentence, ending.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://localhost:8081", "An emulator signs its own: put it among those that this machine trusts")]
    [InlineData("https://account.example:443", "The certificate of https://account.example is not trusted here: UntrustedRoot")]
    public async Task Certificate_NotTrusted_SaysWhatToDoAndDoesNotLookAway(string url, string sentence)
    {
        Failing(url, new HttpRequestException("No SSL connection.", new AuthenticationException("UntrustedRoot")));

        Ending ending = await _run.RunAsync();

        Assert.Equal(1, ending.Code);
        Assert.Contains(sentence, ending.Errors, StringComparison.Ordinal);
        Assert.Empty(_run.Account.Writes);
    }

    private void Failing(string url, Exception failure)
    {
        _run.StateStore = _run.StateStore.Replace("https://account.example:443", url, StringComparison.Ordinal);
        _run.Account.Failure = failure;
    }
}
