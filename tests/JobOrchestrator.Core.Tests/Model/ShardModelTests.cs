using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace JobOrchestrator.Core.Tests.Model;

/// <summary>Random commands and times: a shard and the plain model have to agree on everything after each step.</summary>
public sealed class ShardModelTests
{
    private const int StepsOfALongRun = 25_000;

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(3)]
    public void Shard_AnyShortSequenceOfCommands_DoesWhatTheModelDoes(int inputMax)
    {
        // A failure prints the seed to replay and the shortest sequence found.
        Arbitrary<int[]> steps = Arb.From(Gen.ArrayOf(Gen.Choose(0, int.MaxValue)), Shorter);

        Config config = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(250);
        Check.One(config, Prop.ForAll(steps, numbers => { Run(numbers, inputMax); }));
    }

    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(2, int.MaxValue)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    [InlineData(523156831, int.MaxValue)]
    [InlineData(null, int.MaxValue)]
    [InlineData(null, 3)]
    public void Shard_LongRun_DoesWhatTheModelDoes(int? seed, int inputMax)
    {
        int used = seed ?? Random.Shared.Next();
        var random = new Random(used);

        Lockstep run = Run(
            [.. Enumerable.Range(0, StepsOfALongRun).Select(_ => random.Next())],
            inputMax,
            $"seed {used.ToString(CultureInfo.InvariantCulture)}, ");

        // A run that never came to a refused batch or a reused key has shown nothing about it.
        // What is not storable is found by whoever stores, not here.
        IEnumerable<Type> all =
            [.. typeof(Outcome).GetNestedTypes(), .. typeof(Refusal).GetNestedTypes().Where(type => type != typeof(Refusal.NotStorable))];
        Assert.Empty(all.Except(run.Seen).Except([typeof(Outcome.Refused)]));
    }

    private static Lockstep Run(int[] numbers, int inputMax, string? run = null)
    {
        var lockstep = new Lockstep(inputMax);
        for (int i = 0; i < numbers.Length; i++)
        {
            try
            {
                lockstep.Step(numbers[i]);
            }
            catch (Exception exception)
            {
                throw new Xunit.Sdk.XunitException($"{run}step {i} ({numbers[i]}): {exception.Message}", exception);
            }
        }

        return lockstep;
    }

    /// <summary>First halves, then smaller parts, are left out.</summary>
    private static IEnumerable<int[]> Shorter(int[] steps)
    {
        for (int part = steps.Length; part >= 1; part /= 2)
        {
            for (int from = steps.Length - part; from >= 0; from -= part)
            {
                yield return [.. steps[..from], .. steps[(from + part)..]];
            }
        }
    }
}
