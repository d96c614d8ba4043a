using JobOrchestrator.Hosting;
using JobOrchestrator.Settings;
using JobOrchestrator.Tests.Push;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Tests.Settings;

/// <summary>What the service says at its start of settings that nobody reads.</summary>
public sealed class UnknownSettingsTests
{
    private const string Ignored = "is not known and has no effect (it comes from Memory).";

    [Theory]
    [InlineData("Store:Shard", "Did you mean Store:Shards?")]
    [InlineData("Store:NAMES", "Did you mean Store:Name?")]
    [InlineData("Jobs:Retention", "Did you mean Jobs:RetentionSeconds?")]
    [InlineData("Replica:Colour", "Replica has AnswerSeconds, Id, LeaseSeconds, MailboxMax, RenewSeconds.")]
    [InlineData("Doors:Realy", "Did you mean Doors:Relay?")]
    [InlineData("Push:Queues:high:MaxRuning", "Did you mean Push:Queues:high:MaxRunning?")]
    [InlineData("Events:Topics:Craeted", "Did you mean Events:Topics:Created?")]
    [InlineData("Api:Keys:0:Onwer", "Did you mean Api:Keys:0:Owner?")]
    [InlineData("Api:ValueBytesMax:Bytes", "Api:ValueBytesMax is one value, with nothing below it.")]
    [InlineData("Push:Queues:high", "What it takes stands below it, as in Push:Queues:high:Name.")]
    [InlineData("Push:Queues", "What it takes stands below it, under a name of its own.")]
    [InlineData("Api:Types", "It is a list, as in Api:Types:0.")]
    public async Task Setting_Unknown_IsSaidOnceWithTheNearestName(string setting, string why)
    {
        IReadOnlyList<string> said = await SaidOfAsync(new Dictionary<string, string?> { [setting] = "7" });

        Assert.Equal([$"The setting {setting} {Ignored} {why}"], said);
    }

    /// <summary>One line for what stands below it, too.</summary>
    [Theory]
    [InlineData("Api:Key:0", "Api:Key", "Did you mean Api:Keys?")]
    [InlineData("Stores", "Stores", "Did you mean Store?")]
    [InlineData("Event", "Event", "Did you mean Events?")]
    public async Task Section_Unknown_IsSaidOnce(string section, string setting, string why)
    {
        IReadOnlyList<string> said = await SaidOfAsync(new Dictionary<string, string?>
        {
            [$"{section}:Name"] = "jobs",
            [$"{section}:PubSub"] = "jobs-pubsub",
        });

        Assert.Equal([$"The setting {setting} {Ignored} {why}"], said);
    }

    [Theory]
    [InlineData("Store:Shards", "8")]
    [InlineData("STORE:SHARDS", "8")]
    [InlineData("Events:Topics:created", "x")]
    [InlineData("Events:Topics", "")]
    [InlineData("Push:Queues:any name:MaxRunning", "3")]
    [InlineData("Push:Queues", "")]
    [InlineData("Api:Origins", "https://a.example,https://b.example")]
    [InlineData("Api:Origins:0", "https://a.example")]
    [InlineData("Api:Types:first", "resize")]
    [InlineData("Api:Keys:0:Queues:0", "high")]
    [InlineData("Jobs:Client:Adress", "http://localhost:5087")]
    [InlineData("Jobs:Worker:Concurrency", "8")]
    [InlineData("Jobs:Events:Owner", "shop")]
    [InlineData("Jobs", "4")]
    [InlineData("Stores", "a variable of somebody else's")]
    [InlineData("Stores:Open", "a section of somebody else's")]
    [InlineData("EventStore:Name", "a section of somebody else's")]
    [InlineData("Logging:LogLevel:Default", "Debug")]
    public async Task Setting_KnownOrOfSomebodyElse_IsNotMentioned(string setting, string value) =>
        Assert.Empty(await SaidOfAsync(new Dictionary<string, string?> { [setting] = value }));

    [Fact]
    public async Task Setting_OfTheEnvironment_IsSaidWithWhereItComesFrom()
    {
        using var variable = new Variable("UNKNOWN_SETTINGS_TESTS_Store__Shard");
        IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables("UNKNOWN_SETTINGS_TESTS_").Build();

        string said = Assert.Single(await SaidOfAsync(configuration));

        Assert.Contains(
            "The setting Store:Shard is not known and has no effect (it comes from EnvironmentVariables", said, StringComparison.Ordinal);
    }

    /// <summary>A key that stands in the wrong place is a secret all the same.</summary>
    [Fact]
    public async Task Setting_Unknown_IsSaidWithoutItsValue()
    {
        string said = Assert.Single(await SaidOfAsync(new Dictionary<string, string?> { ["Api:Keys:0"] = "0123456789abcdef" }));

        Assert.DoesNotContain("0123456789abcdef", said, StringComparison.Ordinal);
    }

    /// <summary>
    /// In lists too, of which the framework's binder leaves such an entry out: without that key anybody would be let in.
    /// </summary>
    [Theory]
    [InlineData("Store:Shards", "eight", "a whole number")]
    [InlineData("Jobs:RetentionSeconds", "1h", "a whole number")]
    [InlineData("Jobs:QueueJobsMax", "99999999999", "a whole number")]
    [InlineData("Push:Queues:high:MaxRunning", "many", "a whole number")]
    [InlineData("Api:UnknownMembers", "Refues", "Refuse, Warn or Ignore")]
    [InlineData("Doors:Relay", "yes", "true or false")]
    [InlineData("Store:TwoStep", "maybe", "true or false")]
    [InlineData("Api:Keys:0:Permissions", "Reed", "None, Read, Submit, Work, Operate or ReadPayload, or several of them with commas")]
    [InlineData("Api:Keys:0:PriorityMax", "high", "a whole number")]
    public void Value_ThatCannotBeRead_IsRefusedWithWhatCan(string setting, string value, string wanted)
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => Read(setting, value));

        Assert.Equal($"{setting} is '{value}'; it has to be {wanted}.", refused.Message);
    }

    [Theory]
    [InlineData("Jobs:RetentionSeconds", "-1", "Section Jobs of the settings: RetentionSeconds: ", "must be between 1 and 315360000")]
    [InlineData("Events:RetentionSeconds", "0", "Section Events of the settings: RetentionSeconds: ", "must be between 1 and 2592000")]
    [InlineData("Store:Name", "", "Section Store of the settings: Name: ", "required")]
    [InlineData("Push:Queues:high:MaxRunning", "0", "Push:Queues:high:MaxRunning is 0;", "from 1 to 10000")]
    [InlineData("Store:Shards", "eight", "Store:Shards is 'eight'", "a whole number")]
    public void Value_ThatIsNotAllowed_IsRefusedWithItsSection(string setting, string value, string begin, string why)
    {
        ServiceProvider services = Services(Configuration(new() { [setting] = value })).BuildServiceProvider();
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IStartupValidator>().Validate());

        string said = Sections.Told(refused, services);

        Assert.StartsWith(begin, said, StringComparison.Ordinal);
        Assert.Contains(why, said, StringComparison.Ordinal);
    }

    private static void Read(string setting, string value)
    {
        ServiceProvider services = Services(Configuration(new() { [setting] = value })).BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    private static Task<IReadOnlyList<string>> SaidOfAsync(Dictionary<string, string?> settings) => SaidOfAsync(Configuration(settings));

    private static async Task<IReadOnlyList<string>> SaidOfAsync(IConfiguration configuration)
    {
        var log = new LogLines();
        IServiceCollection services = Services(configuration).AddLogging(logging => logging.AddProvider(log));
        Assert.Single(services, service => service.ImplementationType == typeof(SettingsCheck));

        // The others of the service run shards.
        await ActivatorUtilities.CreateInstance<SettingsCheck>(services.BuildServiceProvider()).StartAsync(CancellationToken.None);
        return log.Of(LogLevel.Warning, "The setting");
    }

    private static IServiceCollection Services(IConfiguration configuration) => new ServiceCollection()
        .AddSingleton(configuration)
        .AddApi(configuration)
        .AddDoors(configuration)
        .AddShards(configuration)
        .AddPush(configuration);

    private static IConfiguration Configuration(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build();

    private sealed class Variable : IDisposable
    {
        private readonly string _name;

        public Variable(string name)
        {
            _name = name;
            Environment.SetEnvironmentVariable(name, "8");
        }

        public void Dispose() => Environment.SetEnvironmentVariable(_name, null);
    }
}
