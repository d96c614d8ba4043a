using JobOrchestrator.Hosting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Tests.Push;

public sealed class PushOptionsTests
{
    [Theory]
    [InlineData("MaxRunning is 0", "Push:Queues:mail:MaxRunning=0")]
    [InlineData("MaxRunning is 10001", "Push:Queues:mail:MaxRunning=10001")]
    [InlineData("names a queue twice", "Push:Queues:mail:MaxRunning=1", "Push:Queues:1:Name=mail")]
    [InlineData("name of a push queue", "Push:Queues:my mail:MaxRunning=1")]
    [InlineData("name of a push queue", "Push:Queues:1:Name=mail\n")]
    [InlineData("name of a push queue", "Push:Queues:1:Name=a/b")]
    [InlineData("name of a push queue", "Push:Queues:1:Name=a%2Fb")]
    [InlineData("name of a push queue", "Push:Queues:1:Name=a+b")]
    [InlineData("name of a push queue", "Push:Queues:1:Name= ")]
    [InlineData("name of a push queue", "Push:Queues:1:Name=\u00E9")]
    [InlineData("which no queue is called", "Push:Queues:1:Name=.")]
    [InlineData("which no queue is called", "Push:Queues:1:Name=..")]
    [InlineData("has braces in it", "Push:Queues:mail:MaxRunning=1", "Push:WorkTopic=work-{Queue}")]
    [InlineData("has braces in it", "Push:Queues:mail:MaxRunning=1", "Push:ReportsTopic=reports-{queue}")]
    [InlineData("for some owner", "Push:Queues:mail:MaxRunning=1", "Events:Topics:Updated=job-{owner}")]
    [InlineData("for some owner", "Push:Queues:mail:MaxRunning=1", "Events:Topics:Updated={owner}-mail")]
    [InlineData("{queue} has to stand in it", "Push:Queues:mail:MaxRunning=1", "Push:Queues:letters:MaxRunning=1", "Push:WorkTopic=work")]
    [InlineData("have to name topics", "Push:Queues:mail:MaxRunning=1", "Push:WorkTopic=")]
    [InlineData("have to name topics", "Push:Queues:mail:MaxRunning=1", "Push:ReportsTopic=")]
    [InlineData("they have to differ", "Push:Queues:mail:MaxRunning=1", "Push:ReportsTopic=job-work-mail")]
    [InlineData("is one of Events:Topics too", "Push:Queues:mail:MaxRunning=1", "Push:ReportsTopic=job-updated")]
    [InlineData(
        "needs APP_API_TOKEN",
        "Push:Queues:mail:MaxRunning=1",
        "Api:Keys:0:Name=a",
        "Api:Keys:0:Key=0123456789abcdef",
        "Api:Keys:0:Admin=true")]
    public async Task Start_BadSetting_StopsAndSaysWhy(string why, params string[] settings)
    {
        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => PushHost.StartWithAsync([.. settings.Select(setting => (setting.Split('=')[0], setting.Split('=')[1]))]));

        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_StandsForTheKey()
    {
        await using PushHost host = await PushHost.StartWithAsync([("Push:Queues:1:Name", "mail")]);

        await host.SubmitAsync();

        Assert.Equal("job-work-mail", (await host.OutAsync(1))[0].Topic);
    }

    [Theory]
    [InlineData("""{"Push":{"Queues":{"mail":{}}}}""", 10)]
    [InlineData("""{"Push":{"Queues":{"mail":{"MaxRunning":3}}}}""", 3)]
    [InlineData("""{"Push":{}}""", null)]
    public void Settings_AreReadAsWritten(string json, int? maxRunning)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        IConfigurationRoot configuration = new ConfigurationBuilder().AddJsonStream(stream).Build();
        var options = new PushOptions();

        configuration.GetSection(PushOptions.Section).Bind(options);

        Assert.Equal(maxRunning, options.Queues.GetValueOrDefault("mail")?.MaxRunning);
    }
}
