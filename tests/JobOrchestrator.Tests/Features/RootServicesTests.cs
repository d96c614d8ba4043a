namespace JobOrchestrator.Tests.Features;

/// <summary>The API's requests get the service's own services and no scope: what they ask for may be no request's alone.</summary>
public sealed class RootServicesTests
{
    [Fact]
    public void NothingOfTheService_IsARequestsOwn_ButThePages()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddDoors(builder.Configuration);
        builder.Services.AddShards(builder.Configuration);
        builder.Services.AddBuiltIn();
        builder.Services.AddPush(builder.Configuration);
        builder.Services.AddUi(builder.Configuration);

        Assert.Equal(
            [
                "JobOrchestrator.Dashboard.Finding.Needs",
                "JobOrchestrator.Dashboard.Serving.Exchange",
                "JobOrchestrator.Dashboard.Serving.View",
            ],
            builder.Services
                .Where(service => service.Lifetime != ServiceLifetime.Singleton)
                .Select(service => service.ServiceType.FullName!)
                .Where(name => name.StartsWith("JobOrchestrator.", StringComparison.Ordinal))
                .Order());
    }
}
