"""What a delivery must look like: one YAML file for each type, from which everything else derives.

Importing this package costs neither pandas nor pyarrow nor Great Expectations: DAG files do it at every parse.
"""

from territoires.contracts.faults import Fault, FaultyContract
from territoires.contracts.loader import CONTRACTS, delivery_types, load_all, load_contract
from territoires.contracts.model import Contract, Field

__all__ = ["CONTRACTS", "Contract", "Fault", "FaultyContract", "Field", "delivery_types", "load_all", "load_contract"]
