using JobOrchestrator.Hosting;

namespace JobOrchestrator.Tests.Hosting;

/// <summary>Public report 14 and its kind: what is said of an address that is none, and that all forms that are one are taken.</summary>
public sealed class AddressesTests
{
    [Theory]
    [InlineData("urls", "http://localhost:5087")]
    [InlineData("urls", "http://127.0.0.1:0/")]
    [InlineData("urls", "http://[::1]:5087;https://localhost:5443")]
    [InlineData("urls", "http://*:5087;http://+:80;http://0.0.0.0")]
    [InlineData("urls", "http://unix:/run/jobs.sock")]
    [InlineData("urls", "")]
    [InlineData("http_ports", "8080;8081")]
    [InlineData("Kestrel:Endpoints:Https:Url", "https://[::]:5443")]
    [InlineData("Kestrel:Endpoints:Https:Certificate:Path", "a.pfx")]
    [InlineData("AllowedHosts", "localhost;127.0.0.1;[::1];*.example.com")]
    [InlineData("DAPR_HTTP_ENDPOINT", "http://[::1]:3500/")]
    [InlineData("DAPR_GRPC_ENDPOINT", "https://sidecar.example.com")]
    [InlineData("DAPR_GRPC_ENDPOINT", "dns:///sidecar:50001")]
    [InlineData("DAPR_GRPC_PORT", "50001")]
    public void Check_AnAddress_IsTaken(string setting, string value) => Addresses.Check(With(setting, value));

    [Theory]
    [InlineData("urls", "localhost:5087", "urls (ASPNETCORE_URLS, --urls): 'localhost:5087'", "Write http://localhost:5087.")]
    [InlineData("urls", "127.0.0.1:5087", "urls (", "Write http://127.0.0.1:5087.")]
    [InlineData("urls", "[::1]:5087", "urls (", "Write http://[::1]:5087.")]
    [InlineData("urls", "5087", "urls (", "Write http://localhost:5087.")]
    [InlineData("urls", "http:/x", "urls (", "Write http://localhost:5087.")]
    [InlineData("urls", "http://", "urls (", "names no host")]
    [InlineData("urls", "http://:5087", "urls (", "names no host")]
    [InlineData("urls", "http://::1:5087", "urls (", "brackets")]
    [InlineData("urls", "http://localhost:65536", "urls (", "from 0 to 65535")]
    [InlineData("urls", "http://localhost:-1", "urls (", "from 0 to 65535")]
    [InlineData("urls", "http://localhost:", "urls (", "from 0 to 65535")]
    [InlineData("urls", "http://localhost:5o87", "urls (", "from 0 to 65535")]
    [InlineData("urls", "http://localhost:5087/jobs", "urls (", "Write http://localhost:5087.")]
    [InlineData("urls", "http://localhost:1;localhost:2", "'localhost:2'", "Write http://localhost:2.")]
    [InlineData("urls", "tcp://localhost:5087", "urls (", "it has to be http:// or https://")]
    [InlineData("http_ports", "80;x", "http_ports (ASPNETCORE_HTTP_PORTS): 'x'", "from 0 to 65535")]
    [InlineData("Kestrel:Endpoints:A:Url", "localhost:5087", "Kestrel:Endpoints:A:Url", "Write http://localhost:5087.")]
    [InlineData("AllowedHosts", "localhost;jobs.example.com:5087", "AllowedHosts: 'jobs.example.com:5087'", "without scheme and port")]
    [InlineData("AllowedHosts", "http://jobs.example.com", "AllowedHosts", "without scheme and port")]
    [InlineData("DAPR_HTTP_ENDPOINT", "localhost:3500", "DAPR_HTTP_ENDPOINT", "Write http://localhost:3500.")]
    [InlineData("DAPR_GRPC_ENDPOINT", "localhost:50001", "DAPR_GRPC_ENDPOINT", "Write http://localhost:50001.")]
    [InlineData("DAPR_GRPC_ENDPOINT", "http:/x", "DAPR_GRPC_ENDPOINT", "Write http://localhost:50001.")]
    [InlineData("DAPR_GRPC_ENDPOINT", "http://localhost:70000", "DAPR_GRPC_ENDPOINT", "no address")]
    [InlineData("DAPR_GRPC_PORT", "0", "DAPR_GRPC_PORT", "from 1 to 65535")]
    [InlineData("DAPR_HTTP_PORT", "http://localhost:3500", "DAPR_HTTP_PORT", "from 1 to 65535")]
    public void Check_NoAddress_NamesTheSettingAndTheRightForm(string setting, string value, string named, string form)
    {
        AddressException refusal = Assert.Throws<AddressException>(() => Addresses.Check(With(setting, value)));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(form, refusal.Message, StringComparison.Ordinal);
    }

    private static IConfiguration With(string setting, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [setting] = value }).Build();
}
