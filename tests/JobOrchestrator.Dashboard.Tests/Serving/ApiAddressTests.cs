using JobOrchestrator.Dashboard.Calls;

namespace JobOrchestrator.Dashboard.Tests.Serving;

public sealed class ApiAddressTests
{
    [Theory]
    [InlineData("http://localhost:5087", "http://localhost:5087/")]
    [InlineData("http://*:80", "http://localhost/")]
    [InlineData("http://+:8080", "http://localhost:8080/")]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://[::]:8080", "http://localhost:8080/")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080/")]
    [InlineData("http://10.1.2.3:8080", "http://10.1.2.3:8080/")]
    [InlineData("https://[::]:8443;http://[::]:8080", "http://localhost:8080/")]
    [InlineData("https://[::]:8443", "https://localhost:8443/")]
    [InlineData("http://unix:/run/jobs.sock", null)]
    public void Addresses_ThatAServerListensOn_AreReachedFromWithin(string listens, string? reached) =>
        Assert.Equal(reached, ApiAddress.Own(listens.Split(';'))?.AbsoluteUri);
}
