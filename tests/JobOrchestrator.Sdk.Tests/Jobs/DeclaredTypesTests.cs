using System.Text.Json;
using System.Text.Json.Serialization;
using JobOrchestrator.Sdk.Testing;
using JobOrchestrator.Sdk.Tests.Fakes;
using JobOrchestrator.Sdk.Tests.Worker;

namespace JobOrchestrator.Sdk.Tests.Jobs;

/// <summary>Values are written as what they are declared as, and read as nothing else.</summary>
public sealed class DeclaredTypesTests
{
    [Fact]
    public async Task Input_DeclaredAsItsBase_KeepsItsName()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient jobs = orchestrator.Client();

        Job alone = await jobs.EnqueueAsync<Shape>(new Circle(3));
        Job named = await jobs.EnqueueAsync<Shape>(new Circle(3), new JobOptions { Type = "other" });
        Job known = await jobs.EnqueueAsync(new Circle(3), new JobOptions { Type = "draw", State = new Square(2) });

        Assert.Equal("draw", alone.Type);
        Assert.Equal("""{"$type":"circle","radius":3}""", alone.Input!.Value.GetRawText());
        Assert.Equal("""{"$type":"circle","radius":3}""", named.Input!.Value.GetRawText());
        Assert.Equal("""{"radius":3}""", known.Input!.Value.GetRawText());
        Assert.Equal("""{"$type":"square","side":2}""", known.State!.Value.GetRawText());
    }

    [Theory]
    [InlineData(typeof(List<Shape>), """[{"$type":"circle","radius":3}]""")]
    [InlineData(typeof(IReadOnlyList<Shape>), """[{"$type":"circle","radius":3}]""")]
    [InlineData(typeof(Shape), """{"$type":"circle","radius":3}""")]
    [InlineData(typeof(object), """{"$type":"circle","radius":3}""")]
    [InlineData(typeof(IEquatable<Circle>), """{"$type":"circle","radius":3}""")]
    [InlineData(typeof(Circle), """{"radius":3}""")]
    public void Value_Written_IsWhatItIsDeclaredAs(Type declared, string json)
    {
        object value = declared == typeof(List<Shape>) ? new List<Shape> { new Circle(3) }
            : declared == typeof(IReadOnlyList<Shape>) ? new[] { new Circle(3) }
            : new Circle(3);

        Assert.Equal(json, PayloadJson.Write(value, declared, new JsonSerializerOptions(JsonSerializerDefaults.Web))!.Value.GetRawText());
    }

    [Fact]
    public async Task Job_OfAPolymorphicType_ComesBackAsOne()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient jobs = orchestrator.Client();
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<DrawProcessor>());

        Shape next = await jobs.RunAsync<Shape, Shape>(new Circle(3));

        Assert.Equal(new Square(6), next);
        Assert.Equal(
            """{"$type":"circle","radius":3}""", Assert.Single(orchestrator.Jobs.All()).State!.Value.GetRawText());
    }

    [Fact]
    public async Task Test_OfADerivedInput_WritesItAsTheProcessorDeclaresIt()
    {
        await using var test = new JobTest<DrawProcessor>();

        JobTestRun run = await test.RunAsync(new Circle(3));

        Assert.Equal((JobTestOutcome.Completed, new Square(6)), (run.Outcome, run.ReadResult<Shape>()));
        Assert.Equal(new Circle(3), run.ReadCheckpoint<Shape>());
    }

    [Theory]
    [InlineData("""{"width":3}""", "it lacks 'name'")]
    [InlineData("""{"width":3,"name":null}""", "$.name must not be null")]
    [InlineData("""{"name":"a"}""", "it lacks 'width'")]
    [InlineData("""{"name":"a","width":"wide"}""", "$.width is of another kind")]
    [InlineData("[]", "of another shape")]
    public async Task Input_NotAsDeclared_FailsForGoodAndSaysWhat(string input, string said)
    {
        await using var test = new JobTest<PickyProcessor>();

        JobTestRun run = await test.RunAsync(JsonElement.Parse(input));

        Assert.Equal((JobTestOutcome.FailedPermanently, "/problems/invalid-input"), (run.Outcome, run.Error!.Type));
        Assert.Contains(said, run.Error.Title, StringComparison.Ordinal);
    }

    /// <summary>Whoever wants the JSON as it is, or nothing, can say so by the type.</summary>
    [Fact]
    public async Task Input_ThatIsMissing_IsTakenByWhoeverNeedsNone()
    {
        await using var any = new JobTest<AnyProcessor>();
        await using var none = new JobTest<NothingProcessor>();

        Assert.Equal("Undefined", (await any.RunAsync(null)).ReadResult<string>());
        Assert.Equal("nothing", (await none.RunAsync(null)).ReadResult<string>());
    }

    /// <summary>A record struct that is not there was one of zeroes, and worked.</summary>
    [Fact]
    public async Task Input_OfAStructThatIsMissing_FailsForGood()
    {
        await using var test = new JobTest<PlaceProcessor>();
        await using var counting = new JobTest<CountProcessor>();

        JobTestRun missing = await test.RunAsync(null);
        JobTestRun lacking = await test.RunAsync(JsonElement.Parse("""{"x":1}"""));
        JobTestRun there = await test.RunAsync(JsonElement.Parse("""{"x":1,"y":2}"""));
        JobTestRun number = await counting.RunAsync(null);

        Assert.Equal(
            (JobTestOutcome.FailedPermanently, JobTestOutcome.FailedPermanently, JobTestOutcome.FailedPermanently),
            (missing.Outcome, lacking.Outcome, number.Outcome));
        Assert.Equal(JobTestOutcome.Completed, there.Outcome);
        Assert.Equal(("/problems/invalid-input", "1,2"), (missing.Error!.Type, there.ReadResult<string>()));
        Assert.Contains("it lacks 'y'", lacking.Error!.Title, StringComparison.Ordinal);
        Assert.Contains("no input", missing.Error.Title, StringComparison.Ordinal);
    }

    /// <summary>The work was done again and again, and each time its result could not be written.</summary>
    [Theory]
    [InlineData("cycle")]
    [InlineData("deep")]
    [InlineData("type")]
    [InlineData("number")]
    public async Task Result_ThatCannotBeJson_FailsForGood(string kind)
    {
        await using var test = new JobTest<OddResultProcessor>();

        JobTestRun run = await test.RunAsync(kind);

        Assert.Equal(JobTestOutcome.FailedPermanently, run.Outcome);
        Assert.StartsWith("The result cannot be written as JSON: ", run.Error!.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_OfOptionsThatAllowEverything_IsReadAsDeclaredAllTheSame()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
        await using var test = new JobTest<PickyProcessor>(json: json);

        JobTestRun complete = await test.RunAsync(new Picky("Ada", 7, null));
        JobTestRun lacking = await test.RunAsync(new { Width = 7 });

        Assert.Equal((JobTestOutcome.Completed, "3 7"), (complete.Outcome, complete.ReadResult<string>()));
        Assert.Equal(JobTestOutcome.FailedPermanently, lacking.Outcome);
    }

    [Fact]
    public async Task Input_OfNoKindThatIsKnown_FailsForGood()
    {
        await using var test = new JobTest<DrawProcessor>();

        JobTestRun nameless = await test.RunAsync(JsonElement.Parse("""{"radius":3}"""));
        JobTestRun strange = await test.RunAsync(JsonElement.Parse("""{"$type":"star","radius":3}"""));
        JobTestRun last = await test.RunAsync(JsonElement.Parse("""{"radius":3,"$type":"circle"}"""));

        Assert.Equal(
            (JobTestOutcome.FailedPermanently, JobTestOutcome.FailedPermanently, JobTestOutcome.Completed),
            (nameless.Outcome, strange.Outcome, last.Outcome));
        Assert.Contains("$type", nameless.Error!.Title, StringComparison.Ordinal);
    }

    /// <summary>A key without ReadPayload: no result that is none.</summary>
    [Fact]
    public void Result_ThatTheKeyMayNotRead_ThrowsWithTheJob()
    {
        Job job = JsonSerializer.Deserialize(
            """{"id":"01b8dac5-b432-7000-96d8-454bbefc27b1","type":"greet","queue":"default","status":"Completed","resultBytes":16}""",
            WireJson.Wire.Job)!;

        JobResultException hidden = Assert.Throws<JobResultException>(() => JobResult.Of<int>(job, JsonSerializerOptions.Default));

        Assert.Same(job, hidden.Job);
        Assert.Contains("ReadPayload", hidden.InnerException!.Message, StringComparison.Ordinal);
        Assert.Equal(0, JobResult.Of<int>(job with { ResultBytes = null }, JsonSerializerOptions.Default));
    }

    [Fact]
    public async Task Result_ReadAsSomethingElse_ThrowsWithTheJob()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using JobClient jobs = orchestrator.Client();
        Job job = orchestrator.Jobs.Add("greet");
        orchestrator.Jobs.Finish(job.Id, JobStatus.Completed, """{"text":"Hello"}""");

        JobResultException wrong = await Assert.ThrowsAsync<JobResultException>(() => jobs.WaitForResultAsync<Picky>(job.Id));
        JobResultException number = await Assert.ThrowsAsync<JobResultException>(() => jobs.WaitForResultAsync<int>(job.Id));

        Assert.Equal((job.Id, typeof(Picky)), (wrong.Job.Id, wrong.ResultType));
        Assert.Contains(job.Id, number.Message, StringComparison.Ordinal);
        Assert.Contains("greet", number.Message, StringComparison.Ordinal);
        Assert.Contains("System.Int32", number.Message, StringComparison.Ordinal);
    }

    private readonly record struct Nothing;

    [JobType("any")]
    private sealed class AnyProcessor : JobProcessor<JsonElement, string>
    {
        public override Task<string> RunAsync(JsonElement input, JobContext context) => Task.FromResult($"{input.ValueKind}");
    }

    [JobType("nothing")]
    private sealed class NothingProcessor : JobProcessor<Nothing, string>
    {
        public override Task<string> RunAsync(Nothing input, JobContext context) => Task.FromResult("nothing");
    }
}
