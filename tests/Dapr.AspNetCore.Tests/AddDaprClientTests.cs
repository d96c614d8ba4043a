using Dapr.Client;

namespace Dapr.AspNetCore.Tests;

public sealed class AddDaprClientTests
{
    [Fact]
    public async Task AddDaprClient_Configuration_GivesAddressAndToken()
    {
        await using var sidecar = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]).Build();
        var tokens = new List<string>();
        sidecar.Run(context =>
        {
            tokens.Add(context.Request.Headers["dapr-api-token"].ToString());
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        await sidecar.StartAsync();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("DAPR_HTTP_ENDPOINT", sidecar.Urls.First()), new("DAPR_API_TOKEN", "sidecar-secret")])
            .Build());

        services.AddDaprClient();

        await using var provider = services.BuildServiceProvider();
        Assert.True(await provider.GetRequiredService<DaprClient>().CheckHealthAsync());
        Assert.Equal(["sidecar-secret"], tokens);
    }

    [Fact]
    public async Task AddDaprClient_Delegates_HaveTheLastWordAndSeeTheServices()
    {
        var services = new ServiceCollection().AddSingleton("http://127.0.0.1:3999");
        string? seen = null;

        services.AddDaprClient((provider, builder) =>
        {
            seen = provider.GetRequiredService<string>();
            builder.UseHttpEndpoint(seen).UseGrpcEndpoint("http://127.0.0.1:50001");
        });

        await using var provider = services.BuildServiceProvider();
        using var request = provider.GetRequiredService<DaprClient>().CreateInvokeMethodRequest("worker", "m");
        Assert.Equal("http://127.0.0.1:3999", seen);
        Assert.Equal(3999, request.RequestUri!.Port);
    }

    [Fact]
    public async Task AddDaprClient_Twice_KeepsTheFirst()
    {
        var services = new ServiceCollection();

        services.AddDaprClient(builder => builder.UseHttpEndpoint("http://127.0.0.1:1"));
        services.AddDaprClient(builder => builder.UseHttpEndpoint("http://127.0.0.1:2"));

        await using var provider = services.BuildServiceProvider();
        using var request = Assert.Single(provider.GetServices<DaprClient>()).CreateInvokeMethodRequest("worker", "m");
        Assert.Equal(1, request.RequestUri!.Port);
    }

    [Fact]
    public void AddDaprClient_Lifetime_IsTheOneAskedFor()
    {
        var services = new ServiceCollection();

        services.AddDaprClient(lifetime: ServiceLifetime.Scoped);

        Assert.Equal(ServiceLifetime.Scoped, Assert.Single(services).Lifetime);
    }
}
