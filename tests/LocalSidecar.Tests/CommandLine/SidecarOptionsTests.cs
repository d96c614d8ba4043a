using LocalSidecar.CommandLine;
using LocalSidecar.Errors;
using TestSupport;

namespace LocalSidecar.Tests.CommandLine;

public sealed class SidecarOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_DaprdsFlags_AreUnderstoodOrNamed()
    {
        var options = SidecarOptions.Parse([
            "--app-id", "worker", "--app-port=5000", "--app-protocol", "http", "--dapr-http-port", "3501", "--dapr-grpc-port", "50009",
            "--resources-path", "one", "--resources-path", "two", "--config", "config.yaml", "--enable-metrics=false", "--log-as-json",
            "--placement-host-address", "", "--max-body-size", "16Mi", "--data", "data",
        ]);

        AppSettings app = Assert.Single(options.Apps);
        Assert.Equal(
            ("worker", 5000, 3501, 50009, 16 << 20, "data"),
            (app.AppId, app.AppPort, app.HttpPort, app.GrpcPort, app.MaxBodySize, options.DataFolder));
        Assert.Equal(["one", "two"], app.ResourcesPaths);
        Assert.Equal(["--config", "--enable-metrics", "--placement-host-address"], options.Unused);
        Assert.True(options.LogAsJson);
    }

    [Theory]
    [InlineData("--app-id is missing")]
    [InlineData("There is no flag --nope", "--app-id", "a", "--nope", "1")]
    [InlineData("There is no flag --dapr-http-prot. Did you mean --dapr-http-port? --help", "--dapr-http-prot", "1")]
    [InlineData("'worker' is not a flag", "worker")]
    [InlineData("needs a value", "--app-id")]
    [InlineData("--app-port: appPort should be a number", "--app-id", "a", "--app-port", "x")]
    [InlineData("should be a size such as 16Mi", "--app-id", "a", "--max-body-size", "big")]
    [InlineData("--log-level: log-level should be debug, info, warn, error or fatal, not 'loud'", "--app-id", "a", "--log-level", "loud")]
    [InlineData("--log-as-json should be true or false, not 'maybe'", "--app-id", "a", "--log-as-json=maybe")]
    [InlineData("should be http or grpc", "--app-id", "a", "--app-protocol", "grpcs")]
    [InlineData("from 1 to 65535", "--app-id", "a", "--app-health-threshold", "0")]
    [InlineData("cannot both listen", "--app-id", "a", "--app-port", "3500")]
    [InlineData("cannot both listen", "--app-id", "a", "--app-port", "50001")]
    [InlineData("a: daprHTTPPort and daprGRPCPort cannot both be 3500", "--app-id", "a", "--dapr-grpc-port", "3500")]
    [InlineData("nowhere.yaml cannot be read", "-f", "nowhere.yaml")]
    public void Parse_Mistake_IsOneLine(string mistake, params string[] arguments)
    {
        StartException refusal = Assert.Throws<StartException>(() => SidecarOptions.Parse(arguments));

        Assert.Contains(mistake, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Theory]
    [InlineData(LogLevel.Information)]
    [InlineData(LogLevel.Debug, "--log-level", "debug")]
    [InlineData(LogLevel.Warning, "--log-level=WARN")]
    [InlineData(LogLevel.Critical, "--log-level", "fatal")]
    public void Parse_LogLevel_IsDaprds(LogLevel level, params string[] arguments)
    {
        var options = SidecarOptions.Parse(["--app-id", "a", .. arguments]);

        Assert.Equal(level, options.LogLevel);
        Assert.Empty(options.Unused);
    }

    [Theory]
    [InlineData(LogLevel.Debug)]
    [InlineData(LogLevel.Error, "--log-level", "error")]
    public void Parse_LogLevelOfARunFile_IsTheLowestUnlessTheFlagSaysOne(LogLevel level, params string[] arguments)
    {
        var options = SidecarOptions.Parse(
            ["-f", RunFile(), "--set", "api.logLevel=debug", "--set", "worker.logLevel=warn", .. arguments]);

        Assert.Equal(level, options.LogLevel);
    }

    [Fact]
    public void Parse_OneAppWithoutAGrpcPort_ListensWhereDaprdDoes()
    {
        Assert.Equal(50001, Assert.Single(SidecarOptions.Parse(["--app-id", "a"]).Apps).GrpcPort);
    }

    [Fact]
    public void Parse_RunFileWithAGrpcPort_LeavesOtherAppsAnyFreeOne()
    {
        var options = SidecarOptions.Parse(["-f", RunFile(), "--set", "worker.daprGRPCPort=50007"]);

        Assert.Equal([0, 50007], options.Apps.Select(static app => app.GrpcPort));
    }

    [Fact]
    public void Parse_RunFile_GivesEveryAppWithItsOverrides()
    {
        var options = SidecarOptions.Parse(["-f", RunFile(), "--set", "api.appPort=6000", "--set", "worker.daprHTTPPort=3999"]);

        Assert.Equal(
            [("api", 6000, 3500), ("worker", 5001, 3999)], options.Apps.Select(app => (app.AppId, app.AppPort!.Value, app.HttpPort)));
        Assert.Equal([_folder["components"]], options.Apps[0].ResourcesPaths);
        Assert.Equal([_folder["own"]], options.Apps[1].ResourcesPaths);
    }

    [Fact]
    public void Parse_ResourcesPathBesideARunFile_ReplacesTheFiles()
    {
        var options = SidecarOptions.Parse(["-f", RunFile(), "--resources-path", "other"]);

        Assert.All(options.Apps, app => Assert.Equal(["other"], app.ResourcesPaths));
    }

    [Theory]
    [InlineData("nobody.appPort=1", "with one of these apps: api, worker")]
    [InlineData("api.appPort", "it should read appId.key=value")]
    [InlineData("api.colour=blue", "'colour' is not a key that can be set.")]
    [InlineData("api.daprHttpPorts=1", "'daprHttpPorts' is not a key that can be set; did you mean 'daprHTTPPort'?.")]
    [InlineData("api.appPort=x", "appPort should be a number")]
    [InlineData("api.daprHTTPPort=3501", "have the same daprHTTPPort, 3501")]
    public void Parse_OverrideThatFitsNothing_IsRefused(string text, string mistake)
    {
        StartException refusal = Assert.Throws<StartException>(() => SidecarOptions.Parse(["-f", RunFile(), "--set", text]));

        Assert.Contains(mistake, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_RunFileWithSeveralInstancesOfAnApp_HasThemAll()
    {
        var options = SidecarOptions.Parse(["-f", InstancesFile(secondPort: 5001)]);

        Assert.Equal(
            [("worker", 5000, 3500), ("worker", 5001, 3501)], options.Apps.Select(app => (app.AppId, app.AppPort!.Value, app.HttpPort)));
    }

    [Theory]
    [InlineData(5000, null, "appears twice with one appPort")]
    [InlineData(5001, "worker.appPort=5002", "has several instances of worker")]
    public void Parse_InstancesThatCannotBeTold_AreRefused(int secondPort, string? text, string mistake)
    {
        StartException refusal = Assert.Throws<StartException>(
            () => SidecarOptions.Parse(["-f", InstancesFile(secondPort), .. text is null ? [] : new[] { "--set", text }]));

        Assert.Contains(mistake, refusal.Message, StringComparison.Ordinal);
    }

    private string InstancesFile(int secondPort)
    {
        File.WriteAllText(_folder["dapr.yaml"], $"""
            version: 1
            apps:
            - appID: worker
              appDirPath: .
              appPort: 5000
              daprHTTPPort: 3500
            - appID: worker
              appDirPath: .
              appPort: {secondPort}
              daprHTTPPort: 3501
            """);
        return _folder.Path;
    }

    [Fact]
    public void Parse_RunFileWithAnUnknownKey_NamesTheLine()
    {
        File.WriteAllText(_folder["dapr.yaml"], "version: 1\napps:\n- appID: a\n  appDirPath: .\n  apPort: 1\n");

        StartException refusal = Assert.Throws<StartException>(() => SidecarOptions.Parse(["-f", _folder.Path]));

        Assert.Contains("'apPort' is not a key of a run file", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_RunFileWithAnUnknownKeyAtTheTop_SaysWhatWasMeant()
    {
        File.WriteAllText(_folder["dapr.yaml"], "version: 1\ncommons: {}\napps:\n- appID: a\n  appDirPath: .\n");

        StartException refusal = Assert.Throws<StartException>(() => SidecarOptions.Parse(["-f", _folder.Path]));

        Assert.Contains("'commons' is not a key of a run file; did you mean 'common'?", refusal.Message, StringComparison.Ordinal);
    }

    private string RunFile()
    {
        File.WriteAllText(_folder["dapr.yaml"], """
            version: 1
            name: shop
            common:
              resourcesPath: ./components
              env: {A: b}
            apps:
            - appID: api
              appDirPath: ./api
              appPort: 5000
              daprHTTPPort: 3500
              command: ["dotnet", "run"]
            - appID: worker
              appDirPath: ./worker
              appPort: 5001
              daprHTTPPort: 3501
              resourcesPaths: [./own]
            """);
        return _folder["dapr.yaml"];
    }
}
