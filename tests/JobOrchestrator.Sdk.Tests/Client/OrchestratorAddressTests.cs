using Microsoft.Extensions.Options;

namespace JobOrchestrator.Sdk.Tests.Client;

/// <summary>Where requests go, by whichever setting; one that is none is named before the first of them.</summary>
public sealed class OrchestratorAddressTests
{
    [Theory]
    [InlineData("Jobs:Client:Address", "http://[::1]:5087", "http://[::1]:5087/")]
    [InlineData("Jobs:Client:Address", "https://jobs.example.com/base", "https://jobs.example.com/base/")]
    [InlineData("JobOrchestrator:Address", "http://127.0.0.1:6087///", "http://127.0.0.1:6087/")]
    [InlineData("DAPR_HTTP_ENDPOINT", "http://[::1]:3500/", "http://[::1]:3500/v1.0/invoke/job-orchestrator/method/")]
    [InlineData("DAPR_HTTP_PORT", "4500", "http://localhost:4500/v1.0/invoke/job-orchestrator/method/")]
    public void From_AnAddress_IsTheBaseOfRequests(string setting, string value, string expected)
    {
        (JobClientOptions options, IConfiguration configuration) = With(setting, value);

        Assert.Equal(new Uri(expected), OrchestratorAddress.From(options, configuration).Base);
    }

    [Theory]
    [InlineData("Jobs:Client:Address", "localhost:5087", "Jobs:Client:Address", "Write http://localhost:5087.")]
    [InlineData("Jobs:Client:Address", "127.0.0.1:5087/", "It is '127.0.0.1:5087/'.", "Write http://127.0.0.1:5087.")]
    [InlineData("Jobs:Client:Address", "[::1]:5087", "Jobs:Client:Address", "Write http://[::1]:5087.")]
    [InlineData("JobOrchestrator:Address", "http:/x", "JobOrchestrator:Address", "as in http://localhost:5087.")]
    [InlineData("Jobs:Client:Address", "http://localhost:5087/?a=b", "Jobs:Client:Address", "as in http://localhost:5087.")]
    [InlineData("Jobs:Client:Address", "/jobs", "Jobs:Client:Address", "It is '/jobs'.")]
    [InlineData("Jobs:Client:Address", "", "Jobs:Client:Address", "It is ''.")]
    [InlineData("DAPR_HTTP_ENDPOINT", "localhost:3500", "DAPR_HTTP_ENDPOINT", "Write http://localhost:3500.")]
    [InlineData("DAPR_HTTP_ENDPOINT", "http://localhost:99999", "DAPR_HTTP_ENDPOINT", "as in http://localhost:3500.")]
    [InlineData("DAPR_HTTP_PORT", "0", "DAPR_HTTP_PORT", "from 1 to 65535")]
    [InlineData("DAPR_HTTP_PORT", "localhost:3500", "DAPR_HTTP_PORT", "It is 'localhost:3500'.")]
    public void Start_NoAddress_IsRefusedWithTheSettingAndTheRightForm(string setting, string value, string named, string form)
    {
        (_, IConfiguration configuration) = With(setting, value);
        using ServiceProvider provider = new ServiceCollection().AddLogging().AddSingleton(configuration)
            .AddJobClient(options => options.ThroughSidecar = setting.StartsWith("DAPR", StringComparison.Ordinal))
            .BuildServiceProvider();

        OptionsValidationException refusal = Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(form, refusal.Message, StringComparison.Ordinal);
    }

    private static (JobClientOptions Options, IConfiguration Configuration) With(string setting, string value)
    {
        IConfiguration configuration =
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [setting] = value }).Build();
        var options = new JobClientOptions { ThroughSidecar = setting.StartsWith("DAPR", StringComparison.Ordinal) };
        if (!options.ThroughSidecar)
        {
            options.Address = new Uri(value, UriKind.RelativeOrAbsolute);
        }

        return (options, configuration);
    }
}
