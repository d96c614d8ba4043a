using JobOrchestrator.Dashboard.Serving;

namespace JobOrchestrator.Dashboard.Tests.Serving;

public sealed class SameOriginTests
{
    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("same-origin", "https://evil.example", true)]
    [InlineData("same-site", "https://jobs.example", false)]
    [InlineData("cross-site", "https://jobs.example", false)]
    [InlineData("none", null, false)]
    [InlineData(null, "https://jobs.example", true)]
    [InlineData(null, "https://jobs.example:443", true)]
    [InlineData(null, "http://jobs.example", false)]
    [InlineData(null, "https://jobs.example:8443", false)]
    [InlineData(null, "https://jobs.example.evil", false)]
    [InlineData(null, "null", false)]
    [InlineData(null, null, false)]
    public void Requests_OfOurOwnForms_AreToldFromOthers(string? site, string? origin, bool isOurs)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = ("https", new HostString("jobs.example"));
        request.Headers["Sec-Fetch-Site"] = site;
        request.Headers.Origin = origin;

        Assert.Equal(isOurs, SameOrigin.Is(request));
    }
}
