namespace JobOrchestrator.Core;

/// <summary>
/// A sorted set that also says how many of its items come before one, in O(log n): a weight-balanced tree, whose counts serve both. No
/// subtree is more than three times as heavy as the other (Hirai and Yamamoto, "Balancing weight-balanced trees", 2011, with 3 and 2).
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
/// <param name="order">The order; items that are equal by it are the same.</param>
internal sealed class RankedSet<T>(IComparer<T> order)
    where T : struct
{
    private const int Delta = 3;
    private const int Gamma = 2;

    private Node? _root;

    /// <summary>How many items there are.</summary>
    public int Count => CountOf(_root);

    /// <summary>The first item; null: there is none.</summary>
    public T? First
    {
        get
        {
            Node? node = _root;
            while (node?.Left is { } left)
            {
                node = left;
            }

            return node?.Item;
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
        Node? node = _root;
        while (node is not null)
        {
            if (order.Compare(item, node.Item) <= 0)
            {
                node = node.Left;
            }
            else
            {
                before += CountOf(node.Left) + 1;
                node = node.Right;
            }
        }

        return before;
    }

    /// <summary>The first item that comes at this one or behind it; null: there is none.</summary>
    public T? FirstFrom(T item)
    {
        T? first = null;
        Node? node = _root;
        while (node is not null)
        {
            if (order.Compare(item, node.Item) <= 0)
            {
                first = node.Item;
                node = node.Left;
            }
            else
            {
                node = node.Right;
            }
        }

        return first;
    }

    private Node Add(Node? node, T item)
    {
        if (node is null)
        {
            return new Node(item);
        }

        int side = order.Compare(item, node.Item);
        if (side < 0)
        {
            node.Left = Add(node.Left, item);
        }
        else if (side > 0)
        {
            node.Right = Add(node.Right, item);
        }
        else
        {
            return node;
        }

        return Balanced(node);
    }

    private Node? Remove(Node? node, T item)
    {
        if (node is null)
        {
            return null;
        }

        int side = order.Compare(item, node.Item);
        if (side < 0)
        {
            node.Left = Remove(node.Left, item);
        }
        else if (side > 0)
        {
            node.Right = Remove(node.Right, item);
        }
        else if (node.Left is null)
        {
            return node.Right;
        }
        else if (node.Right is null)
        {
            return node.Left;
        }
        else
        {
            // The next item takes its place.
            node.Right = WithoutFirst(node.Right, out node.Item);
        }

        return Balanced(node);
    }

    private static Node? WithoutFirst(Node node, out T first)
    {
        if (node.Left is null)
        {
            first = node.Item;
            return node.Right;
        }

        node.Left = WithoutFirst(node.Left, out first);
        return Balanced(node);
    }

    /// <summary>Sets a node's count right, and the tree under it, of which one side has grown or shrunk by one.</summary>
    private static Node Balanced(Node node)
    {
        if (WeightOf(node.Left) * Delta < WeightOf(node.Right))
        {
            Node right = node.Right!;
            if (WeightOf(right.Left) >= WeightOf(right.Right) * Gamma)
            {
                node.Right = RotatedRight(right);
            }

            return RotatedLeft(node);
        }

        if (WeightOf(node.Right) * Delta < WeightOf(node.Left))
        {
            Node left = node.Left!;
            if (WeightOf(left.Right) >= WeightOf(left.Left) * Gamma)
            {
                node.Left = RotatedLeft(left);
            }

            return RotatedRight(node);
        }

        return Counted(node);
    }

    private static Node RotatedLeft(Node node)
    {
        Node top = node.Right!;
        node.Right = top.Left;
        top.Left = Counted(node);
        return Counted(top);
    }

    private static Node RotatedRight(Node node)
    {
        Node top = node.Left!;
        node.Left = top.Right;
        top.Right = Counted(node);
        return Counted(top);
    }

    private static Node Counted(Node node)
    {
        node.Count = CountOf(node.Left) + CountOf(node.Right) + 1;
        return node;
    }

    private static int CountOf(Node? node) => node?.Count ?? 0;

    private static long WeightOf(Node? node) => CountOf(node) + 1L;

    private sealed class Node(T item)
    {
        public T Item = item;
        public Node? Left;
        public Node? Right;
        public int Count = 1;
    }
}
