using MicroserviceX.Events;
using MicroserviceX.Hosting;
using Microsoft.Extensions.Options;

namespace MicroserviceX.Tests.Hosting;

public sealed class StartupTests
{
    [Theory]
    [InlineData(null, EventHistory.KeptByDefault)]
    [InlineData("", EventHistory.KeptByDefault)]
    [InlineData("1", 1)]
    [InlineData("20000", 20_000)]
    public void EventsKept_IsWhatIsSaid(string? said, int kept) => Assert.Equal(kept, With(said).EventsKept());

    /// <summary>0 ended the start with a stack trace.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("99999999999")]
    public void EventsKept_NoSuchNumber_IsNamed(string said)
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => With(said).EventsKept());

        Assert.Equal($"EVENTS_KEPT is '{said}'; it has to be a whole number from 1.", refused.Message);
    }

    private static WebApplicationBuilder With(string? said)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["EVENTS_KEPT"] = said });
        return builder;
    }
}
