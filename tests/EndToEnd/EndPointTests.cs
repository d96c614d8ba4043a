using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using TestSupport;

namespace EndToEnd;

/// <summary>Where the services listen is said by the framework's own settings, TLS included; nothing of ours goes before them.</summary>
public sealed partial class EndPointTests : IDisposable
{
    private const string Password = "of the test";

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();

    public EndPointTests()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllBytes(_folder["own.pfx"], certificate.Export(X509ContentType.Pfx, Password));
        File.WriteAllText(_folder["own.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(_folder["own.key"], key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("JobOrchestrator")]
    [InlineData("MicroserviceX")]
    public async Task Https_ByAddressAndDefaultCertificate_IsServedOnBothLoopbacks(string service)
    {
        await using ChildProcess process = Start(service, new()
        {
            ["ASPNETCORE_URLS"] = $"https://localhost:{_port}",
            ["Kestrel__Certificates__Default__Path"] = _folder["own.pfx"],
            ["Kestrel__Certificates__Default__Password"] = Password,
        });

        await process.WaitForLineAsync(line => line.Contains("Application started", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, await AskAsync($"https://127.0.0.1:{_port}/health/live"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync($"https://[::1]:{_port}/health/live"));
    }

    [Theory]
    [InlineData("JobOrchestrator")]
    [InlineData("MicroserviceX")]
    public async Task Https_ByEndPointsOfTheirOwn_IsServedAndNothingElse(string service)
    {
        await using ChildProcess process = Start(service, new()
        {
            ["ASPNETCORE_URLS"] = null,
            ["Kestrel__Endpoints__Safe__Url"] = $"https://[::1]:{_port}",
            ["Kestrel__Endpoints__Safe__Certificate__Path"] = _folder["own.pem"],
            ["Kestrel__Endpoints__Safe__Certificate__KeyPath"] = _folder["own.key"],
        });

        await process.WaitForLineAsync(line => line.Contains("Application started", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, await AskAsync($"https://[::1]:{_port}/health/live"));
        string listening = Assert.Single(process.Lines, line => line.Contains("Now listening on", StringComparison.Ordinal));
        Assert.EndsWith($"https://[::1]:{_port}", listening, StringComparison.Ordinal);
        Assert.DoesNotContain(process.Lines, line => line.Contains("Overriding address", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("JobOrchestrator", "Kestrel__Certificates__Default__Password", "wrong", "The certificate (section Kestrel")]
    [InlineData("MicroserviceX", "Kestrel__Certificates__Default__Path", "nowhere.pfx", "Could not find file")]
    [InlineData("JobOrchestrator", "ASPNETCORE_URLS", "localhost:5087", "urls (ASPNETCORE_URLS, --urls): 'localhost:5087'")]
    [InlineData("MicroserviceX", "ASPNETCORE_URLS", "localhost:5278", "urls (ASPNETCORE_URLS, --urls): 'localhost:5278'")]
    [InlineData("MicroserviceX", "JobOrchestrator__Address", "localhost:5087", "Jobs:Client:Address (or JobOrchestrator:Address)")]
    [InlineData("MicroserviceX", "Jobs__Client__Address", "http://localhost:99999", "Jobs:Client:Address is 'http://localhost:99999'; ")]
    [InlineData("MicroserviceX", "DATA_DIR", "MicroserviceX.csproj", "")]
    public async Task Setting_ThatKeepsItFromStarting_IsSaidInASentenceAtTheEnd(string service, string setting, string value, string said)
    {
        await using ChildProcess process = Start(service, new()
        {
            ["ASPNETCORE_URLS"] = $"https://localhost:{_port}",
            ["Kestrel__Certificates__Default__Path"] = _folder["own.pfx"],
            ["Kestrel__Certificates__Default__Password"] = Password,
            [setting] = value,
        });

        int exitCode = await process.WaitForExitAsync();

        Assert.Equal(1, exitCode);
        // Log lines come by another pipe, and either may be read first.
        Assert.StartsWith(said, process.Lines.Last(line => !LogLine().IsMatch(line)), StringComparison.Ordinal);
        Assert.DoesNotContain(process.Lines, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    private ChildProcess Start(string service, Dictionary<string, string?> settings)
    {
        settings.TryAdd("DATA_DIR", _folder["data"]);
        string folder = Path.Combine(Repository.Root, service);
        return ChildProcess.Start("dotnet", [$"bin/{Repository.Configuration}/net10.0/{service}.dll"], settings, folder);
    }

    private static async Task<HttpStatusCode> AskAsync(string address)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
            },
        };
        using var http = new HttpClient(handler);
        using HttpResponseMessage answer = await http.GetAsync(new Uri(address));
        return answer.StatusCode;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT")]
    private static partial Regex LogLine();
}
