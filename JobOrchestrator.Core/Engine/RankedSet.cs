namespace JobOrchestrator.Core;

/// <summary>
/// A sorted set that also says how many of its items come before one, in O(log n): a weight-balanced tree of short sorted runs of items.
/// No subtree has more than three times as many runs as the other (Hirai and Yamamoto, "Balancing weight-balanced trees", 2011, with 3
/// and 2). Runs keep a million items in little more than their own bytes, and neighbours next to each other.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
/// <param name="order">The order; items that are equal by it are the same.</param>
internal sealed class RankedSet<T>(IComparer<T> order)
    where T : struct
{
    private const int Delta = 3;
    private const int Gamma = 2;

    // Longer runs save little memory more, and moving their items costs time.
    private const int RunMax = 64;

    private Run? _root;

    /// <summary>How many items there are.</summary>
    public int Count => CountOf(_root);

    /// <summary>The first item; null: there is none.</summary>
    public T? First
    {
        get
        {
            Run? run = _root;
            while (run?.Left is { } left)
            {
                run = left;
            }

            return run?.First;
        }
    }

    /// <summary>Adds an item; false: it was there.</summary>
    public bool Add(T item)
    {
        int before = Count;
        _root = Add(_root, item);
        return Count > before;
    }

    /// <summary>Removes an item; false: it was not there.</summary>
    public bool Remove(T item)
    {
        int before = Count;
        _root = Remove(_root, item);
        return Count < before;
    }

    /// <summary>How many items come before this one, which need not be there.</summary>
    public int CountBefore(T item)
    {
        int before = 0;
        Run? run = _root;
        while (run is not null)
        {
            if (order.Compare(item, run.First) <= 0)
            {
                run = run.Left;
            }
            else if (order.Compare(item, run.Last) > 0)
            {
                before += CountOf(run.Left) + run.Used;
                run = run.Right;
            }
            else
            {
                return before + CountOf(run.Left) + run.PlaceOf(item, order, out _);
            }
        }

        return before;
    }

    /// <summary>The first item that comes at this one or behind it; null: there is none.</summary>
    public T? FirstFrom(T item)
    {
        T? first = null;
        Run? run = _root;
        while (run is not null)
        {
            if (order.Compare(item, run.First) <= 0)
            {
                first = run.First;
                run = run.Left;
            }
            else if (order.Compare(item, run.Last) > 0)
            {
                run = run.Right;
            }
            else
            {
                return run[run.PlaceOf(item, order, out _)];
            }
        }

        return first;
    }

    private Run Add(Run? run, T item)
    {
        if (run is null)
        {
            return new Run(item);
        }

        // The end first: jobs come in order as a rule, and then one comparison a run is enough.
        if (order.Compare(item, run.Last) > 0)
        {
            if (run.Right is null && run.Used < RunMax)
            {
                run.Insert(run.Used, item);
            }
            else
            {
                run.Right = Add(run.Right, item);
            }
        }
        else if (order.Compare(item, run.First) < 0)
        {
            if (run.Left is null && run.Used < RunMax)
            {
                run.Insert(0, item);
            }
            else
            {
                run.Left = Add(run.Left, item);
            }
        }
        else if (run.PlaceOf(item, order, out bool isThere) is var place && !isThere)
        {
            Insert(run, place, item);
        }

        return Balanced(run);
    }

    /// <summary>Adds an item within a run; a full one gives its upper half to a run of its own.</summary>
    private static void Insert(Run run, int place, T item)
    {
        if (run.Used < RunMax)
        {
            run.Insert(place, item);
            return;
        }

        Run upper = run.SplitOff(RunMax / 2);
        if (place <= run.Used)
        {
            run.Insert(place, item);
        }
        else
        {
            upper.Insert(place - run.Used, item);
        }

        run.Right = WithFirst(run.Right, Counted(upper));
    }

    private static Run WithFirst(Run? run, Run first)
    {
        if (run is null)
        {
            return first;
        }

        run.Left = WithFirst(run.Left, first);
        return Balanced(run);
    }

    private Run? Remove(Run? run, T item)
    {
        if (run is null)
        {
            return null;
        }

        if (order.Compare(item, run.First) < 0)
        {
            run.Left = Remove(run.Left, item);
        }
        else if (order.Compare(item, run.Last) > 0)
        {
            run.Right = Remove(run.Right, item);
        }
        else if (run.PlaceOf(item, order, out bool isThere) is var place && isThere)
        {
            run.RemoveAt(place);
            if (run.Used == 0)
            {
                return Joined(run.Left, run.Right);
            }
        }

        return Balanced(run);
    }

    private static Run? Joined(Run? left, Run? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        // The next run takes the place of the one that has gone.
        Run? rest = WithoutFirst(right, out Run first);
        (first.Left, first.Right) = (left, rest);
        return Balanced(first);
    }

    private static Run? WithoutFirst(Run run, out Run first)
    {
        if (run.Left is null)
        {
            first = run;
            return run.Right;
        }

        run.Left = WithoutFirst(run.Left, out first);
        return Balanced(run);
    }

    /// <summary>Sets a run's counts right, and the tree under it, of which one side has grown or shrunk by one run.</summary>
    private static Run Balanced(Run run)
    {
        if (WeightOf(run.Left) * Delta < WeightOf(run.Right))
        {
            Run right = run.Right!;
            if (WeightOf(right.Left) >= WeightOf(right.Right) * Gamma)
            {
                run.Right = RotatedRight(right);
            }

            return RotatedLeft(run);
        }

        if (WeightOf(run.Right) * Delta < WeightOf(run.Left))
        {
            Run left = run.Left!;
            if (WeightOf(left.Right) >= WeightOf(left.Left) * Gamma)
            {
                run.Left = RotatedLeft(left);
            }

            return RotatedRight(run);
        }

        return Counted(run);
    }

    private static Run RotatedLeft(Run run)
    {
        Run top = run.Right!;
        run.Right = top.Left;
        top.Left = Counted(run);
        return Counted(top);
    }

    private static Run RotatedRight(Run run)
    {
        Run top = run.Left!;
        run.Left = top.Right;
        top.Right = Counted(run);
        return Counted(top);
    }

    private static Run Counted(Run run)
    {
        run.Count = CountOf(run.Left) + CountOf(run.Right) + run.Used;
        run.Runs = RunsOf(run.Left) + RunsOf(run.Right) + 1;
        return run;
    }

    private static int CountOf(Run? run) => run?.Count ?? 0;

    private static int RunsOf(Run? run) => run?.Runs ?? 0;

    private static long WeightOf(Run? run) => RunsOf(run) + 1L;

    /// <summary>A node of the tree: items next to each other, at least one.</summary>
    private sealed class Run
    {
        private const int RoomMin = 4;

        private T[] _items;

        public Run(T item)
        {
            _items = new T[RoomMin];
            _items[0] = item;
        }

        private Run(T[] items, int used) => (_items, Used, Count) = (items, used, used);

        public Run? Left { get; set; }

        public Run? Right { get; set; }

        /// <summary>How many items it has itself.</summary>
        public int Used { get; private set; } = 1;

        /// <summary>How many items it has with all under it.</summary>
        public int Count { get; set; } = 1;

        /// <summary>How many runs it is with all under it.</summary>
        public int Runs { get; set; } = 1;

        public T First => _items[0];

        public T Last => _items[Used - 1];

        public T this[int place] => _items[place];

        /// <summary>Where an item stands or would stand.</summary>
        public int PlaceOf(T item, IComparer<T> order, out bool isThere)
        {
            int place = Array.BinarySearch(_items, 0, Used, item, order);
            isThere = place >= 0;
            return isThere ? place : ~place;
        }

        public void Insert(int place, T item)
        {
            if (Used == _items.Length)
            {
                Array.Resize(ref _items, Used * 2);
            }

            Array.Copy(_items, place, _items, place + 1, Used - place);
            _items[place] = item;
            Used++;
        }

        public void RemoveAt(int place)
        {
            Used--;
            Array.Copy(_items, place + 1, _items, place, Used - place);
            _items[Used] = default;
            if (Used > 0 && _items.Length > RoomMin && Used <= _items.Length / 4)
            {
                // Many runs of which a few items are left would take as much as full ones.
                Array.Resize(ref _items, _items.Length / 2);
            }
        }

        /// <summary>A run of the items from a place on, which leave this one.</summary>
        public Run SplitOff(int place)
        {
            var upper = new T[_items.Length];
            int moved = Used - place;
            Array.Copy(_items, place, upper, 0, moved);
            Array.Clear(_items, place, moved);
            Used = place;
            return new Run(upper, moved);
        }
    }
}
